using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIChat;

/// <summary>Drives the dialect the way the gateway does, with text for bytes.</summary>
internal static class Chat
{
    public static readonly ChatRequest Question = Ask(new TextPart("hi"));

    public static ChatRequest Ask(params Part[] parts) => new() { Dialect = "anthropic.messages", Turns = [new Turn(Role.User, parts)] };

    public static ChatRequest Read(string body) => OpenAIChatClient.Instance.ReadRequest(Encoding.UTF8.GetBytes(body));

    public static string WriteRequest(ChatRequest request, out FidelityLog log, string model = "m-1")
    {
        var output = new ArrayBufferWriter<byte>();
        log = new FidelityLog();
        OpenAIChatUpstream.Instance.WriteRequest(output, request, model, log);
        return Parsed(output);
    }

    /// <summary>Writes a request of which everything can be said.</summary>
    public static string WriteRequest(ChatRequest request, string model = "m-1")
    {
        var written = WriteRequest(request, out var log, model);
        log.Entries.ShouldBeEmpty();
        return written;
    }

    public static string WriteResponse(IEnumerable<ChatEvent> events, ChatRequest? request = null)
    {
        var output = new ArrayBufferWriter<byte>();
        OpenAIChatClient.Instance.WriteResponse(output, Fold(events), Context(request));
        return Parsed(output);
    }

    /// <summary>The data of the frames of a stream.</summary>
    public static List<string> WriteStream(IEnumerable<ChatEvent> events, ChatRequest? request = null)
    {
        var writer = OpenAIChatClient.Instance.CreateEventWriter(Context(request));
        var frames = new List<string>();
        foreach (var step in events)
        {
            var output = new ArrayBufferWriter<byte>();
            writer.Write(step, output);
            var text = Encoding.UTF8.GetString(output.WrittenSpan);
            if (text.Length == 0) continue;
            text.ShouldEndWith("\n\n");
            foreach (var frame in text[..^2].Split("\n\n"))
            {
                frame.ShouldStartWith("data: ");
                frame.ShouldNotContain('\n');
                frames.Add(frame["data: ".Length..]);
            }
        }

        return frames;
    }

    public static List<ChatEvent> ReadResponse(string body, ChatRequest? request = null)
    {
        var events = new List<ChatEvent>();
        OpenAIChatUpstream.Instance.ReadResponse(Encoding.UTF8.GetBytes(body), request ?? Question, events);
        return InOrder(events);
    }

    public static List<ChatEvent> ReadStream(IEnumerable<string> frames, ChatRequest? request = null, bool complete = true)
    {
        var reader = OpenAIChatUpstream.Instance.CreateEventReader(request ?? Question);
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

    public static AnswerContext Context(ChatRequest? request = null) => new("req-7", "m-asked", 1_750_000_123, request ?? Question);

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
        var open = new Dictionary<int, int>();
        var last = new Dictionary<int, int>();
        for (var i = 0; i < events.Count; i++)
        {
            var step = events[i];
            (step.Kind == ChatEventKind.Start).ShouldBe(i == 0 && step.Kind != ChatEventKind.Error);
            if (step.Kind is ChatEventKind.End or ChatEventKind.Error) i.ShouldBe(events.Count - 1);
            switch (step.Kind)
            {
                case ChatEventKind.BlockEnd:
                    open.Remove(step.Choice, out var ended).ShouldBeTrue();
                    ended.ShouldBe(step.Index);
                    break;
                case ChatEventKind.Text or ChatEventKind.Refusal or ChatEventKind.Reasoning or ChatEventKind.ToolCall or ChatEventKind.Arguments or ChatEventKind.Annotations:
                    if (open.TryAdd(step.Choice, step.Index)) step.Index.ShouldBe(last.GetValueOrDefault(step.Choice, -1) + 1);
                    open[step.Choice].ShouldBe(step.Index);
                    last[step.Choice] = step.Index;
                    break;
                case ChatEventKind.Finish:
                    open.ShouldNotContainKey(step.Choice);
                    break;
            }
        }

        return events;
    }

    private static string Parsed(ArrayBufferWriter<byte> output)
    {
        JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1000 }).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
