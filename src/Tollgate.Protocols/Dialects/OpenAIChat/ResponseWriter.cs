using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Writes a <c>chat.completion</c>.</summary>
internal static class ResponseWriter
{
    public static void Write(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
    {
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        AnswerHead.Of(response.Id, response.Model, response.Created, context).Write(json, "chat.completion"u8);
        json.WriteStartArray("choices"u8);
        foreach (var choice in response.Choices) WriteChoice(json, choice, context.Log);
        json.WriteEndArray();
        if (response.Usage.IsKnown) Usage.Write(json, response.Usage);
        foreach (var extra in response.Extras)
        {
            if (AnswerExtras.OfAnswer(extra, context.Log) is { } member) WriteMember(json, member.Name, member.Json);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, string name, RawJson value)
    {
        json.WritePropertyName(name);
        json.WriteRaw(value);
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatChoice choice, FidelityLog log)
    {
        var extras = choice.Extras.Select(extra => AnswerExtras.OfChoice(extra, log)).OfType<(string Name, bool OfMessage, RawJson Json)>().ToArray();
        AnswerRules.Judge(choice.Finish, log);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice.Index);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        // Both are there in every answer of OpenAI's, and clients rely on it.
        json.WriteTextOrNull("content"u8, Joined(choice.Parts.OfType<TextPart>().Select(p => p.Text)));
        json.WriteTextOrNull("refusal"u8, Joined(choice.Parts.OfType<RefusalPart>().Select(p => p.Text)));
        WriteReasoning(json, choice);
        WriteAnnotations(json, choice, log);
        WriteCalls(json, choice);
        foreach (var extra in extras.Where(e => e.OfMessage)) WriteMember(json, extra.Name, extra.Json);
        json.WriteEndObject();
        WriteLogprobs(json, choice.Logprobs);
        foreach (var extra in extras.Where(e => !e.OfMessage)) WriteMember(json, extra.Name, extra.Json);
        json.WriteString("finish_reason"u8, Finish.Write(choice.Finish));
        json.WriteEndObject();
    }

    private static string? Joined(IEnumerable<string> texts)
    {
        var all = texts.ToArray();
        return all.Length == 0 ? null : string.Concat(all);
    }

    private static void WriteReasoning(Utf8JsonWriter json, ChatChoice choice)
    {
        var reasoning = choice.Parts.OfType<ReasoningPart>().ToArray();
        if (Joined(reasoning.Select(r => r.Text ?? "")) is { Length: > 0 } text) json.WriteText("reasoning_content"u8, text);
        if (!Array.Exists(reasoning, r => r.Token is not null)) return;
        json.WriteStartArray("thinking_blocks"u8);
        foreach (var part in reasoning)
        {
            if (part.Token is { } token) ThinkingParts.Write(json, part.Text ?? "", token);
        }

        json.WriteEndArray();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, ChatChoice choice, FidelityLog log)
    {
        var (said, start) = (new List<RawJson>(), 0);
        foreach (var part in choice.Parts.OfType<TextPart>())
        {
            var end = start + part.Text.Length;
            if (!part.Annotations.IsEmpty && AnswerExtras.Annotations(part.Annotations, part.AnnotationsDialect, start, end, log) is { IsEmpty: false } annotations) said.Add(annotations);
            start = end;
        }

        if (said.Count == 0) return;
        json.WriteStartArray("annotations"u8);
        foreach (var annotations in said) json.WriteElements(annotations);
        json.WriteEndArray();
    }

    private static void WriteCalls(Utf8JsonWriter json, ChatChoice choice)
    {
        var calls = choice.Parts.OfType<ToolCallPart>().ToArray();
        if (calls.Length == 0) return;
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteText("id"u8, call.Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteText("name"u8, call.Name);
            json.WriteText("arguments"u8, call.Arguments);
            json.WriteEndObject();
            if (call.Token is { Minter: "gemini" } token) ToolCallToken.Write(json, token);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLogprobs(Utf8JsonWriter json, List<RawJson> logprobs)
    {
        if (logprobs.Count == 0)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (var array in logprobs) json.WriteElements(array);
        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }
}

/// <summary>What an answer and each of its chunks begin with.</summary>
internal readonly record struct AnswerHead(string Id, string Model, long Created)
{
    public static AnswerHead Of(string? id, string? model, long created, AnswerContext context) => new(
        id is { Length: > 0 } ? id : "chatcmpl-" + context.RequestId,
        model is { Length: > 0 } ? model : context.Model,
        created > 0 ? created : context.Now);

    public void Write(Utf8JsonWriter json, ReadOnlySpan<byte> type)
    {
        json.WriteText("id"u8, Id);
        json.WriteString("object"u8, type);
        json.WriteNumber("created"u8, Created);
        json.WriteText("model"u8, Model);
    }
}
