using System.Buffers;
using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

/// <summary>What an event of a stream leaves for the collector: its text, once, and little else.</summary>
public sealed class EventMemoryTests
{
    private const int Events = 100;
    private const int BytesPerCharacter = 2;

    [Theory]
    [InlineData("Hello, w", "openai.chat")]
    [InlineData("Hello, w", "anthropic.messages")]
    [InlineData("two\\nlines and a \\\"quote\\\" é", "openai.chat")]
    public void A_delta_of_text_is_read_and_written_for_its_text_alone(string text, string client)
    {
        var perEvent = PerEvent(text, client);
        perEvent.ShouldBeLessThan(90 + (text.Length * BytesPerCharacter), $"{perEvent} B for {text.Length} characters");
    }

    [Fact]
    public void A_long_delta_is_held_once()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789abcdef", 512));
        var perEvent = PerEvent(text, "openai.chat");
        perEvent.ShouldBeLessThan(100 + (text.Length * BytesPerCharacter), $"{perEvent} B");
    }

    private static long PerEvent(string text, string client)
    {
        var request = new ChatRequest { Dialect = client, Turns = [] };
        var reader = BedrockConverseUpstream.Instance.CreateEventReader(request);
        ClientDialect dialect = client == "openai.chat" ? OpenAIChatClient.Instance : AnthropicMessagesClient.Instance;
        var writer = dialect.CreateEventWriter(new AnswerContext("q", "m", 1, request));
        var (events, output) = (new List<ChatEvent>(), new ArrayBufferWriter<byte>(1 << 20));
        Feed("messageStart", """{"p":"ab","role":"assistant"}""");
        var delta = Encoding.UTF8.GetBytes($$$"""{"contentBlockIndex":0,"delta":{"text":"{{{text}}}"},"p":"abcdefgh"}""");
        var bytes = Allocations.Of(() =>
        {
            for (var i = 0; i < Events; i++) Take("contentBlockDelta"u8, delta);
        });
        return bytes / Events;

        void Feed(string name, string data) => Take(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data));

        void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
        {
            reader.Read(name, data, isException: false, events);
            output.ResetWrittenCount();
            foreach (var step in events) writer.Write(step, output);
            events.Clear();
        }
    }
}
