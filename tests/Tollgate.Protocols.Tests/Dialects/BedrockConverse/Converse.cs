using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.BedrockConverse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

/// <summary>Shorthand for requests and what becomes of them.</summary>
internal static class Converse
{
    public const string Sonnet35 = "anthropic.claude-3-5-sonnet-20241022-v2:0";
    public const string Sonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    public const string Opus46 = "anthropic.claude-opus-4-6-v1";
    public const string Opus47 = "anthropic.claude-opus-4-7";
    public const string Fable = "anthropic.claude-fable-5";
    public const string Nova2 = "us.amazon.nova-2-lite-v1:0";
    public const string GptOss = "openai.gpt-oss-120b-1:0";
    public const string DeepSeek = "deepseek.v3-v1:0";
    public const string Llama = "meta.llama3-1-70b-instruct-v1:0";

    public static readonly ChatRequest Hi = Ask(User("hi"));

    public static ChatRequest Ask(params Turn[] turns) => new() { Turns = turns, Dialect = "openai.chat" };

    public static Turn User(string text) => User(new TextPart(text));

    public static Turn User(params Part[] parts) => new(Role.User, parts);

    public static Turn Assistant(params Part[] parts) => new(Role.Assistant, parts);

    public static Tool Tool(string name, string? schema = """{"type":"object"}""") =>
        new(name, null, schema is null ? default : RawJson.From(schema));

    public static ChatRequest With(this ChatRequest request, string name, string value) =>
        request with { Extras = [.. request.Extras, KeyValuePair.Create(name, RawJson.From(value))] };

    public static string Write(ChatRequest request, FidelityLog log, string model = Sonnet35)
    {
        var output = new ArrayBufferWriter<byte>();
        BedrockConverseUpstream.Instance.WriteRequest(output, request, model, log);
        using var valid = JsonDocument.Parse(output.WrittenMemory);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The body, where nothing is lost.</summary>
    public static string Write(ChatRequest request, string model = Sonnet35)
    {
        var log = new FidelityLog();
        var body = Write(request, log, model);
        log.Entries.ShouldBeEmpty();
        return body;
    }

    /// <summary>The body, and the rules that it took.</summary>
    public static (string Body, FidelityRule[] Rules) Rules(ChatRequest request, string model = Sonnet35)
    {
        var log = new FidelityLog();
        var body = Write(request, log, model);
        return (body, [.. log.Entries.Select(e => e.Rule)]);
    }

    public static List<ChatEvent> ReadEvents(string body, ChatRequest? request = null)
    {
        var events = new List<ChatEvent>();
        BedrockConverseUpstream.Instance.ReadResponse(Encoding.UTF8.GetBytes(body), request ?? Hi, events);
        return events;
    }

    public static ChatResponse Fold(IEnumerable<ChatEvent> events)
    {
        var response = new ChatResponse();
        foreach (var step in events) response.Add(step);
        return response;
    }

    /// <summary>A response as text, for comparing two of them.</summary>
    public static string Describe(ChatResponse response)
    {
        var text = new StringBuilder();
        text.Append(response.Id).Append('|').Append(response.Model).Append('|').Append(response.IsWhole).Append('|').Append(response.Usage).AppendLine();
        foreach (var choice in response.Choices)
        {
            text.Append(choice.Finish).Append('|').Append(choice.NativeFinish).Append('|').Append(choice.StopSequence).AppendLine();
            foreach (var part in choice.Parts)
            {
                text.AppendLine(part is TextPart said ? $"{said.Text}|{said.Annotations}|{said.AnnotationsDialect}" : part.ToString());
            }
        }

        return text.ToString();
    }

    /// <summary>Fails when an event breaks the rules of the form.</summary>
    public static void ShouldKeepTheForm(IReadOnlyList<ChatEvent> events)
    {
        var open = -1;
        var last = -1;
        for (var i = 0; i < events.Count; i++)
        {
            var step = events[i];
            (step.Kind == ChatEventKind.Start).ShouldBe(i == 0, "Start is first, and once");
            switch (step.Kind)
            {
                case ChatEventKind.Text or ChatEventKind.Reasoning or ChatEventKind.ReasoningToken or ChatEventKind.ToolCall
                    or ChatEventKind.Arguments or ChatEventKind.Annotations:
                    if (open < 0)
                    {
                        step.Index.ShouldBe(last + 1);
                        (open, last) = (step.Index, step.Index);
                    }

                    step.Index.ShouldBe(open);
                    break;
                case ChatEventKind.BlockEnd:
                    step.Index.ShouldBe(open);
                    open = -1;
                    break;
                case ChatEventKind.Finish or ChatEventKind.End:
                    open.ShouldBe(-1);
                    break;
            }
        }
    }
}
