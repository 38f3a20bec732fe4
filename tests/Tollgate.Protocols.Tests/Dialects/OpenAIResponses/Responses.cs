using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.OpenAIResponses;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIResponses;

/// <summary>Drives the dialect the way the gateway does, with text for bytes.</summary>
internal static class Responses
{
    public static readonly ChatRequest Question = Read("""{"model":"m","input":"hi"}""");

    public static ChatRequest Read(string body) => OpenAIResponsesClient.Instance.ReadRequest(Encoding.UTF8.GetBytes(body));

    public static ChatRequest ReadItems(string items) => Read($$"""{"model":"m","input":[{{items}}]}""");

    public static AnswerContext Context(ChatRequest? request = null) => new("req_7", "m-asked", 1_750_000_123, request ?? Question);

    public static string WriteResponse(IEnumerable<ChatEvent> events, ChatRequest? request = null)
    {
        var output = new ArrayBufferWriter<byte>();
        OpenAIResponsesClient.Instance.WriteResponse(output, Fold(events), Context(request));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The events of a stream, whose frames are held to the grammar.</summary>
    public static List<JsonNode> WriteStream(IEnumerable<ChatEvent> events, ChatRequest? request = null)
    {
        var writer = OpenAIResponsesClient.Instance.CreateEventWriter(Context(request));
        var frames = new List<JsonNode>();
        foreach (var step in events)
        {
            var output = new ArrayBufferWriter<byte>();
            writer.Write(step, output);
            var text = Encoding.UTF8.GetString(output.WrittenSpan);
            if (text.Length == 0) continue;
            text.ShouldEndWith("\n\n");
            foreach (var frame in text[..^2].Split("\n\n"))
            {
                var lines = frame.Split('\n');
                lines.Length.ShouldBe(2);
                var data = JsonNode.Parse(lines[1]["data: ".Length..])!;
                lines[0].ShouldBe("event: " + data["type"]!.GetValue<string>());
                data["sequence_number"]!.GetValue<int>().ShouldBe(frames.Count);
                frames.Add(data);
            }
        }

        return frames;
    }

    public static string WriteRequest(ChatRequest request, out FidelityLog log, string model = "gpt-5")
    {
        var output = new ArrayBufferWriter<byte>();
        log = new FidelityLog();
        OpenAIResponsesUpstream.Instance.WriteRequest(output, request, model, log);
        JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1000 }).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Writes a request of which everything can be said.</summary>
    public static string WriteRequest(ChatRequest request, string model = "gpt-5")
    {
        var written = WriteRequest(request, out var log, model);
        log.Entries.ShouldBeEmpty();
        return written;
    }

    public static List<ChatEvent> ReadResponse(string body, ChatRequest? request = null)
    {
        var events = new List<ChatEvent>();
        OpenAIResponsesUpstream.Instance.ReadResponse(Encoding.UTF8.GetBytes(body), request ?? Question, events);
        return InOrder(events);
    }

    public static List<ChatEvent> ReadStream(IEnumerable<string> frames, ChatRequest? request = null, bool complete = true)
    {
        var reader = OpenAIResponsesUpstream.Instance.CreateEventReader(request ?? Question);
        var events = new List<ChatEvent>();
        foreach (var frame in frames) reader.Read(default, Encoding.UTF8.GetBytes(frame), isException: false, events);
        if (complete) reader.Complete(events);
        return InOrder(events);
    }

    public static ChatResponse Fold(IEnumerable<ChatEvent> events)
    {
        var response = new ChatResponse();
        foreach (var step in events) response.Add(step);
        return response;
    }

    /// <summary>Everything that a fold holds, as text that can be compared.</summary>
    public static string Describe(ChatResponse response)
    {
        var text = new StringBuilder($"{response.Id}|{response.Model}|{response.Created}|{response.Usage}|{response.IsWhole}|{response.Error}\n");
        foreach (var choice in response.Choices)
        {
            text.AppendLine($"{choice.Index}: {choice.Finish}/{choice.NativeFinish}/{choice.StopSequence}");
            foreach (var part in choice.Parts)
            {
                text.AppendLine(part is TextPart said ? $"Text {said.Text} {said.Annotations} {said.AnnotationsDialect}" : part.ToString());
            }

            foreach (var array in choice.Logprobs.SelectMany(l => JsonDocument.Parse(l.Utf8).RootElement.EnumerateArray())) text.AppendLine(array.GetRawText());
        }

        return text.ToString();
    }

    /// <summary>The rules of the form: Start first and once, blocks one after the other with rising numbers, nothing behind the end.</summary>
    private static List<ChatEvent> InOrder(List<ChatEvent> events)
    {
        int? open = null;
        var last = -1;
        for (var i = 0; i < events.Count; i++)
        {
            var step = events[i];
            (step.Kind == ChatEventKind.Start).ShouldBe(i == 0 && step.Kind != ChatEventKind.Error);
            if (step.Kind is ChatEventKind.End or ChatEventKind.Error) i.ShouldBe(events.Count - 1);
            switch (step.Kind)
            {
                case ChatEventKind.BlockEnd:
                    step.Index.ShouldBe(open!.Value);
                    open = null;
                    break;
                case ChatEventKind.Text or ChatEventKind.Refusal or ChatEventKind.Reasoning or ChatEventKind.ReasoningToken or ChatEventKind.ToolCall
                    or ChatEventKind.Arguments or ChatEventKind.Annotations:
                    if (open is null) step.Index.ShouldBe(last + 1);
                    open ??= step.Index;
                    step.Index.ShouldBe(open.Value);
                    last = step.Index;
                    break;
                case ChatEventKind.Finish:
                    open.ShouldBeNull();
                    break;
            }
        }

        return events;
    }
}
