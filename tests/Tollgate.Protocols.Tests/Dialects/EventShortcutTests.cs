using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Tests.Dialects;

/// <summary>
/// The events that nearly all of a stream are are read without a document. They mean what they mean when they are spelt so that the reader of
/// all events takes them: with a name that nobody knows.
/// </summary>
public sealed class EventShortcutTests
{
    private static readonly ChatRequest Question = new() { Dialect = "openai.chat", Turns = [] };

    private static readonly string[] Texts = ["", " token", "two\\nlines", "\\\"quoted\\\"", "é", "🙂", "\\ud83d", "\\ude42", "\\ud83d\\ude42", "\\u0041", "a long text that is longer than one block of sixty-four bytes, all of it"];

    [Fact]
    public void Deltas_of_a_message_mean_the_same_however_they_are_read() => ForAny(random =>
    {
        var blocks = (string[])["text", "thinking", "tool_use"];
        var frames = new List<(string Plain, string Odd)> { Both("""{"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1}}""") };
        for (var i = 0; i < random.Next(4); i++)
        {
            frames.Add(Both($$$"""{"type":"content_block_start","index":{{{i}}},"content_block":{"type":"{{{blocks[random.Next(3)]}}}","id":"i","name":"n","input":{}}"""));
            for (var j = 0; j < random.Next(5); j++) frames.Add(Both($$$"""{"type":"content_block_delta","index":{{{i}}},"delta":{{{Delta(random)}}}"""));
            if (random.Next(3) > 0) frames.Add(Both($$$"""{"type":"content_block_stop","index":{{{i}}}"""));
        }

        Events(AnthropicMessagesUpstream.Instance, frames.Select(f => f.Plain)).ShouldBe(Events(AnthropicMessagesUpstream.Instance, frames.Select(f => f.Odd)));
    });

    [Theory]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"padding follows this text, as much as it likes"}         }""", "padding follows this text, as much as it likes")]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a name beside it is not known to anybody", "x":1}}""", "a name beside it is not known to anybody")]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"of two the last counts","text":"this"}}""", "this")]
    [InlineData("""{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "blanks behind colons, and behind commas"}}""", "blanks behind colons, and behind commas")]
    public void A_delta_is_read_in_any_spelling(string frame, string text)
    {
        var events = Events(AnthropicMessagesUpstream.Instance, [frame]);
        events.Single(e => e.Kind == ChatEventKind.Text).Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a backslash before nothing that it escapes \x"}}""")]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"the text stops without a quote, and so does all of it""")]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one brace is missing at the end of this event"}""")]
    [InlineData("""{"type":"content_block_delta","index":00,"delta":{"type":"text_delta","text":"a number does not begin with a zero"}}""")]
    public void What_is_no_json_is_passed_over(string frame)
    {
        var reader = AnthropicMessagesUpstream.Instance.CreateEventReader(Question);
        var events = new List<ChatEvent>();
        reader.Read(default, Encoding.UTF8.GetBytes(frame), isException: false, events).ShouldBeFalse();
        events.ShouldBeEmpty();
    }

    [Fact]
    public void Chunks_of_gemini_mean_the_same_however_they_are_read() => ForAny(random =>
    {
        var frames = new List<(string Plain, string Odd)>();
        for (var i = 0; i < random.Next(1, 12); i++) frames.Add(Both(Chunk(random)));
        Events(GeminiGenerateUpstream.Instance, frames.Select(f => f.Plain)).ShouldBe(Events(GeminiGenerateUpstream.Instance, frames.Select(f => f.Odd)));
    });

    [Theory]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"the text of the second, which is as long as a block of bytes"}]},"index":0}],"usageMetadata":{"promptTokenCount":1}}}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"the text of the second, which is as long as a block of bytes"}]},"index":0}],"usageMetadata":{"promptTokenCount":1,}}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"the text of the second, which is as long as a block of bytes"}]},"index":0}],"usageMetadata":{"promptTokenCount":2},"x":[}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"the text of the second, which is as long as a block of \x"}]},"index":0}],"usageMetadata":{"promptTokenCount":1}}""")]
    public void A_chunk_that_only_looks_like_the_one_before_is_passed_over(string second)
    {
        var reader = GeminiGenerateUpstream.Instance.CreateEventReader(Question);
        var events = new List<ChatEvent>();
        var first = """{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0}],"usageMetadata":{"promptTokenCount":1}}"""u8;
        reader.Read(default, first, isException: false, events).ShouldBeTrue();
        reader.Read(default, first, isException: false, events).ShouldBeTrue();
        var before = events.Count;
        reader.Read(default, Encoding.UTF8.GetBytes(second), isException: false, events).ShouldBeFalse();
        events.Count.ShouldBe(before);
    }

    [Fact]
    public void Usage_of_gemini_means_the_same_however_it_is_read() => ForAny(random =>
    {
        var json = RandomUsage(random);
        using var document = JsonDocument.Parse(json);
        var expected = Protocols.Dialects.GeminiGenerate.Usage.From(document.RootElement);
        var reader = new UsageReader(Encoding.UTF8.GetBytes(json));
        if (reader.TryRead(out var usage)) usage.ShouldBe(expected, json);
        else json.ShouldContain("odd");
    });

    [Theory]
    [InlineData("openai.chat")]
    [InlineData("anthropic.messages")]
    public void A_delta_of_gemini_leaves_its_text_and_little_else(string client)
    {
        var chunk = """{"candidates":[{"content":{"parts":[{"text":" token"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2},"modelVersion":"g","responseId":"r"}""";
        PerEvent(GeminiGenerateUpstream.Instance, client, chunk, chunk).ShouldBeLessThan(120);
    }

    [Fact]
    public void A_delta_of_a_message_leaves_its_text_and_little_else()
    {
        const string Start = """{"type":"message_start","message":{"id":"m","model":"c"}}""";
        const string Delta = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" token"}}""";
        PerEvent(AnthropicMessagesUpstream.Instance, "openai.chat", Start, Delta).ShouldBeLessThan(60);
    }

    private static long PerEvent(UpstreamDialect upstream, string client, string first, string delta)
    {
        const int Events = 100;
        ClientDialect dialect = client == "openai.chat" ? OpenAIChatClient.Instance : AnthropicMessagesClient.Instance;
        var (reader, writer) = (upstream.CreateEventReader(Question), dialect.CreateEventWriter(new AnswerContext("q", "m", 1, Question)));
        var (events, output, data) = (new List<ChatEvent>(), new ArrayBufferWriter<byte>(4096), Encoding.UTF8.GetBytes(delta));
        Take(Encoding.UTF8.GetBytes(first));
        return Allocations.Of(() =>
        {
            for (var i = 0; i < Events; i++) Take(data);
        }) / Events;

        void Take(byte[] frame)
        {
            reader.Read(default, frame, isException: false, events);
            output.ResetWrittenCount();
            foreach (var step in events) writer.Write(step, output);
            events.Clear();
        }
    }

    private static string Delta(Random random) => random.Next(4) switch
    {
        0 => $$"""{"type":"text_delta","text":"{{Text(random)}}"}""",
        1 => $$"""{"type":"thinking_delta","thinking":"{{Text(random)}}"}""",
        2 => $$"""{"type":"input_json_delta","partial_json":"{{Text(random)}}"}""",
        _ => """{"type":"signature_delta","signature":"c2ln"}""",
    };

    private static string Chunk(Random random)
    {
        var thought = random.Next(4) == 0 ? ",\"thought\":true" : "";
        var finish = random.Next(9) == 0 ? ",\"finishReason\":\"STOP\"" : "";
        var role = random.Next(4) == 0 ? ",\"role\":\"model\"" : "";
        var usage = random.Next(3) > 0 ? ",\"usageMetadata\":" + RandomUsage(random) : "";
        return $$$"""{"candidates":[{"content":{"parts":[{"text":"{{{Text(random)}}}"{{{thought}}}}]{{{role}}}}{{{finish}}},"index":{{{random.Next(5) / 4}}}}]{{{usage}}},"modelVersion":"g","responseId":"r" """;
    }

    private static string RandomUsage(Random random)
    {
        string[] members =
        [
            $"\"promptTokenCount\":{random.Next(3)}", $"\"candidatesTokenCount\":{random.Next(3)}", $"\"thoughtsTokenCount\":{random.Next(3)}",
            $"\"toolUsePromptTokenCount\":{random.Next(3)}", $"\"cachedContentTokenCount\":{random.Next(3)}", $"\"totalTokenCount\":{random.Next(9)}",
            $$"""{{(random.Next(2) == 0 ? "\"promptTokensDetails\"" : "\"candidatesTokensDetails\"")}}:[{"modality":"TEXT","tokenCount":4},{"modality":"AUDIO","tokenCount":{{random.Next(3)}}},{"tokenCount":7,"modality":"IMAGE"},{"modality":"AUDIO"}]""",
            $"\"trafficType\":\"{(random.Next(2) == 0 ? "ON_DEMAND" : "ON_DEMAND_FLEX")}\"", "\"promptTokenCount\":\"5\",\"odd\":1", "\"candidatesTokensDetails\":null,\"odd\":1",
        ];
        return "{" + string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => members[random.Next(members.Length)])) + "}";
    }

    private static string Text(Random random) => Texts[random.Next(Texts.Length)] + Texts[random.Next(Texts.Length)];

    /// <summary>The object as it stands, and with one member more.</summary>
    private static (string Plain, string Odd) Both(string open) => (open + "}", open + ",\"odd\":null}");

    private static List<ChatEvent> Events(UpstreamDialect upstream, IEnumerable<string> frames)
    {
        var reader = upstream.CreateEventReader(Question);
        var events = new List<ChatEvent>();
        foreach (var frame in frames) reader.Read(default, Encoding.UTF8.GetBytes(frame), isException: false, events);
        reader.Complete(events);
        return [.. events.Select(e => e with { Json = default, Text = e.Text + e.Json })]; // slices are the same by what they hold
    }

    private static void ForAny(Action<Random> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => property(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
