using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Writes a <c>chat.completion</c>.</summary>
internal static class ResponseWriter
{
    public static void Write(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
    {
        using var rented = RentedWriter.Checked(output);
        var json = rented.Json;
        json.WriteStartObject();
        AnswerHead.Of(response.Id, response.Model, response.Created, context).Write(json, "chat.completion"u8);
        json.WriteStartArray("choices"u8);
        for (var i = 0; i < response.Choices.Count; i++) WriteChoice(json, response.Choices[i], context.Log);
        json.WriteEndArray();
        if (response.Usage.IsKnown) Usage.Write(json, response.Usage);
        for (var i = 0; i < response.Extras.Count; i++)
        {
            if (AnswerExtras.OfAnswer(response.Extras[i], context.Log) is { } member) WriteMember(json, member.Name, member.Json);
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
        var extras = ExtrasOf(choice, log);
        AnswerRules.Judge(choice.Finish, log);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice.Index);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        // Both are there in every answer of OpenAI's, and clients rely on it.
        json.WriteTextOrNull("content"u8, Joined<TextPart>(choice, static p => p.Text));
        json.WriteTextOrNull("refusal"u8, Joined<RefusalPart>(choice, static p => p.Text));
        WriteReasoning(json, choice);
        WriteAnnotations(json, choice, log);
        WriteCalls(json, choice);
        WriteExtras(json, extras, ofMessage: true);
        json.WriteEndObject();
        WriteLogprobs(json, choice.Logprobs);
        WriteExtras(json, extras, ofMessage: false);
        json.WriteString("finish_reason"u8, Finish.Write(choice.Finish));
        json.WriteEndObject();
    }

    private static (string Name, bool OfMessage, RawJson Json)[] ExtrasOf(ChatChoice choice, FidelityLog log) =>
        choice.Extras.Count == 0 ? [] : [.. choice.Extras.Select(extra => AnswerExtras.OfChoice(extra, log)).OfType<(string, bool, RawJson)>()];

    private static void WriteExtras(Utf8JsonWriter json, (string Name, bool OfMessage, RawJson Json)[] extras, bool ofMessage)
    {
        foreach (var extra in extras)
        {
            if (extra.OfMessage == ofMessage) WriteMember(json, extra.Name, extra.Json);
        }
    }

    /// <summary>The texts of all parts of a kind; null when there is none. Nearly always there is one.</summary>
    private static string? Joined<T>(ChatChoice choice, Func<T, string?> textOf)
        where T : Part
    {
        string? all = null;
        for (var i = 0; i < choice.Parts.Count; i++)
        {
            if (choice.Parts[i] is T part) all = all is null ? textOf(part) ?? "" : all + textOf(part);
        }

        return all;
    }

    private static void WriteReasoning(Utf8JsonWriter json, ChatChoice choice)
    {
        if (Joined<ReasoningPart>(choice, static r => r.Text) is { Length: > 0 } text) json.WriteText("reasoning_content"u8, text);
        var isOpen = false;
        for (var i = 0; i < choice.Parts.Count; i++)
        {
            if (choice.Parts[i] is not ReasoningPart { Token: { } token } part) continue;
            if (!isOpen) json.WriteStartArray("thinking_blocks"u8);
            isOpen = true;
            ThinkingParts.Write(json, part.Text ?? "", token);
        }

        if (isOpen) json.WriteEndArray();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, ChatChoice choice, FidelityLog log)
    {
        var (said, start) = ((List<RawJson>?)null, 0);
        for (var i = 0; i < choice.Parts.Count; i++)
        {
            if (choice.Parts[i] is not TextPart part) continue;
            var end = start + part.Text.Length;
            if (!part.Annotations.IsEmpty && AnswerExtras.Annotations(part.Annotations, part.AnnotationsDialect, start, end, log) is { IsEmpty: false } annotations) (said ??= []).Add(annotations);
            start = end;
        }

        if (said is null) return;
        json.WriteStartArray("annotations"u8);
        foreach (var annotations in said) json.WriteElements(annotations);
        json.WriteEndArray();
    }

    private static void WriteCalls(Utf8JsonWriter json, ChatChoice choice)
    {
        var isOpen = false;
        for (var i = 0; i < choice.Parts.Count; i++)
        {
            if (choice.Parts[i] is not ToolCallPart call) continue;
            if (!isOpen) json.WriteStartArray("tool_calls"u8);
            isOpen = true;
            WriteCall(json, call);
        }

        if (isOpen) json.WriteEndArray();
    }

    private static void WriteCall(Utf8JsonWriter json, ToolCallPart call)
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

    private static void WriteLogprobs(Utf8JsonWriter json, IReadOnlyList<RawJson> logprobs)
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
