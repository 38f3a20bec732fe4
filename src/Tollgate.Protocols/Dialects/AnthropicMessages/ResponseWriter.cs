using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Writes a whole message.</summary>
internal static class ResponseWriter
{
    public static void Write(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
    {
        // The API has no second answer; a request for several was refused before.
        var choice = response.Choices is [var first, ..] ? first : null;
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        WriteHead(writer, response.Id, response.Model, context);
        writer.WriteStartArray("content"u8);
        foreach (var part in choice?.Parts ?? []) WriteBlock(writer, part, context);
        writer.WriteEndArray();
        WriteStop(writer, choice);
        Usage.Write(writer, response.Usage, Judge(response, choice, context.Log));
        writer.WriteEndObject();
    }

    /// <summary>Says what a message cannot; returns the service tier.</summary>
    private static string? Judge(ChatResponse response, ChatChoice? choice, FidelityLog log)
    {
        if (response.Choices.Count > 1) log.Apply(AnswerRules.Choices);
        if (choice?.Logprobs.Count > 0) log.Apply(AnswerRules.Logprobs);
        string? tier = null;
        foreach (var extra in response.Extras.Concat(choice?.Extras ?? [])) tier = AnswerRules.Judge(extra, log) ?? tier;
        return tier;
    }

    /// <summary>What every message begins with, whole or streamed.</summary>
    public static void WriteHead(Utf8JsonWriter writer, string? id, string? model, AnswerContext context)
    {
        writer.WriteString("id"u8, string.IsNullOrEmpty(id) ? "msg_" + context.RequestId : id);
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("model"u8, string.IsNullOrEmpty(model) ? context.Model : model);
    }

    private static void WriteBlock(Utf8JsonWriter writer, Part part, AnswerContext context)
    {
        switch (part)
        {
            case TextPart text: WriteText(writer, text, context.Log); break;
            case RefusalPart refusal: WriteText(writer, new TextPart(refusal.Text), context.Log); break;
            case ReasoningPart reasoning:
                var token = ForeignTokens.AsOwn(context.Request, reasoning.Token, hasText: !string.IsNullOrEmpty(reasoning.Text));
                if (token is null) AnswerRules.Judge(reasoning.Token, context.Log);
                WriteThinking(writer, reasoning.Text, token);
                break;
            case ToolCallPart call:
                if (ForeignTokens.OfCall(context.Request, call.Token) is { } data) WriteThinking(writer, null, new OpaqueToken(Wire.Minter, OpaqueTokenKind.Redacted, data));
                else AnswerRules.Judge(call.Token, context.Log);
                WriteCall(writer, call);
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, TextPart part, FidelityLog log)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, part.Text);
        if (WebCitations.From(part.Annotations, part.AnnotationsDialect, log) is { IsEmpty: false } citations)
        {
            writer.WritePropertyName("citations"u8);
            Wire.WriteRaw(writer, citations);
        }

        writer.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter writer, string? text, OpaqueToken? token)
    {
        if (token?.Kind == OpaqueTokenKind.Redacted)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "redacted_thinking"u8);
            writer.WriteString("data"u8, token.Data);
            writer.WriteEndObject();
            return;
        }

        // Reasoning that only another provider can read has nothing to show here.
        if (token is null && string.IsNullOrEmpty(text)) return;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "thinking"u8);
        writer.WriteString("thinking"u8, text ?? "");
        writer.WriteString("signature"u8, token?.Data ?? "");
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, ToolCallPart part)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_use"u8);
        writer.WriteString("id"u8, part.Id);
        writer.WriteString("name"u8, part.Name);
        writer.WritePropertyName("input"u8);
        Wire.WriteInput(writer, part.Arguments);
        writer.WriteEndObject();
    }

    private static void WriteStop(Utf8JsonWriter writer, ChatChoice? choice)
    {
        var called = choice?.Parts.Any(static p => p is ToolCallPart) ?? false;
        var refused = choice?.Parts.Any(static p => p is RefusalPart) ?? false;
        var reason = Finish.Write(choice?.Finish ?? FinishReason.Stop, called, refused);
        writer.WriteString("stop_reason"u8, reason);
        writer.WriteString("stop_sequence"u8, reason == "stop_sequence" ? choice?.StopSequence : null);
    }
}
