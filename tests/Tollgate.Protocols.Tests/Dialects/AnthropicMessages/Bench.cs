using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Framing;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

/// <summary>What the tests of this dialect work with: questions as records, answers as text.</summary>
internal static class Bench
{
    public const string Current = "claude-sonnet-4-5-20250929";
    public const string Older = "claude-sonnet-4-20250514";

    public static readonly ChatRequest Plain = new() { Dialect = "openai.chat", Turns = [User("hi")], MaxTokens = 100 };

    public static Turn User(params Part[] parts) => new(Role.User, parts);

    public static Turn User(string text) => User(new TextPart(text));

    public static Turn Assistant(params Part[] parts) => new(Role.Assistant, parts);

    public static Tool Tool(string name) => new(name, null, RawJson.From("""{"type":"object"}"""));

    public static OpaqueToken Signed(string data) => new("anthropic", OpaqueTokenKind.Signature, data);

    public static ChatRequest Read(string json) => AnthropicMessagesClient.Instance.ReadRequest(Encoding.UTF8.GetBytes(json));

    /// <summary>What the provider is asked, and what could not be said.</summary>
    public static (string Json, FidelityLog Log) Ask(ChatRequest request, string model = Current)
    {
        var (output, log) = (new ArrayBufferWriter<byte>(), new FidelityLog());
        AnthropicMessagesUpstream.Instance.WriteRequest(output, request, model, log);
        return (Encoding.UTF8.GetString(output.WrittenSpan), log);
    }

    public static JsonNode Asked(ChatRequest request, string model = Current) => JsonNode.Parse(Ask(request, model).Json)!;

    public static List<ChatEvent> Unary(string body, ChatRequest? request = null)
    {
        var events = new List<ChatEvent>();
        AnthropicMessagesUpstream.Instance.ReadResponse(Encoding.UTF8.GetBytes(body), request ?? Plain, events);
        return events;
    }

    /// <summary>Feeds SSE text, or bare data lines, frame by frame.</summary>
    public static List<ChatEvent> Stream(string sse, ChatRequest? request = null)
    {
        var reader = AnthropicMessagesUpstream.Instance.CreateEventReader(request ?? Plain);
        var events = new List<ChatEvent>();
        var rest = Encoding.UTF8.GetBytes(sse.TrimEnd() + "\n\n").AsSpan();
        while (!rest.IsEmpty)
        {
            var scanned = 0;
            var length = Sse.FrameLength(rest, ref scanned);
            var frame = SseFrame.Parse(rest[..length]);
            if (frame.HasData) reader.Read(frame.Event, frame.Data, false, events);
            rest = rest[length..];
        }

        reader.Complete(events);
        return events;
    }

    public static ChatResponse Fold(IEnumerable<ChatEvent> events)
    {
        var response = new ChatResponse();
        foreach (var step in events) response.Add(step);
        return response;
    }

    /// <summary>A response in words, so that two of them can be compared.</summary>
    public static string Describe(ChatResponse response)
    {
        var text = new StringBuilder();
        text.AppendLine($"{response.Id} {response.Model} {response.Usage} {response.Error} whole={response.IsWhole}");
        foreach (var choice in response.Choices)
        {
            text.AppendLine($"{choice.Index} {choice.Finish} {choice.NativeFinish} {choice.StopSequence}");
            foreach (var part in choice.Parts) text.AppendLine(part.ToString());
        }

        return text.ToString();
    }

    public static AnswerContext Context(ChatRequest? request = null) => new("req_1", "asked-model", 1750000000, request ?? Plain);

    public static string Respond(params IEnumerable<ChatEvent> events)
    {
        var output = new ArrayBufferWriter<byte>();
        AnthropicMessagesClient.Instance.WriteResponse(output, Fold(events), Context());
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Emit(params IEnumerable<ChatEvent> events)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = AnthropicMessagesClient.Instance.CreateEventWriter(Context());
        foreach (var step in events) writer.Write(step, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static void ShouldBeJson(this string actual, string expected)
    {
        if (!JsonNode.DeepEquals(JsonNode.Parse(actual), JsonNode.Parse(expected))) actual.ShouldBe(expected);
    }

    public static void ShouldBeJson(this JsonNode? actual, string expected) => (actual?.ToJsonString() ?? "null").ShouldBeJson(expected);
}
