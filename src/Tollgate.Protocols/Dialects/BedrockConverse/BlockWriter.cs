using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Writes parts as ContentBlocks: objects with one member that says what they are
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html"/>).
/// </summary>
internal sealed class BlockWriter(Utf8JsonWriter json, ConverseModel model, ToolNames names, ToolIds ids, FidelityLog log)
{
    private SourceWriter? _ofMedia;

    /// <summary>One block, and a <c>cachePoint</c> after it when it is marked.</summary>
    public void Write(Part part)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(text.Text);
                break;
            case MediaPart media:
                Sources.WriteMedia(media, isResult: false);
                break;
            case DocumentPart document:
                Sources.WriteDocument(document);
                break;
            case ToolCallPart call:
                WriteCall(call);
                break;
            case ToolResultPart result:
                WriteResult(result);
                break;
            case ReasoningPart reasoning:
                WriteReasoning(reasoning);
                break;
            case OpaquePart opaque:
                WriteRaw(opaque.Json);
                break;
        }

        WriteCachePoint(part);
    }

    /// <summary><c>{"text"}</c>.</summary>
    public void WriteText(string text)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary><c>{"cachePoint":{"type":"default","ttl"}}</c>: Bedrock marks the end of what is cached by a block of its own.</summary>
    public void WriteCachePoint(CacheHint cache, string pointer)
    {
        if (!model.Caches)
        {
            log.Apply(ConverseRules.CachePoint, pointer);
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("cachePoint"u8);
        json.WriteString("type"u8, "default"u8);
        if (cache.Ttl is { } ttl && model.MayBeClaude) json.WriteString("ttl"u8, ttl);
        else if (cache.Ttl is not (null or "5m")) log.Apply(ConverseRules.CacheTtl, pointer);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private SourceWriter Sources => _ofMedia ??= new(json, log);

    private void WriteCachePoint(Part part)
    {
        var cache = part.Cache;
        // The content of a result has no place for the mark: the whole result is the nearest.
        if (part is ToolResultPart result) cache ??= result.Content.LastOrDefault(p => p.Cache is not null)?.Cache;
        if (cache is null) return;
        if (part is ReasoningPart) log.Apply(ConverseRules.CachePoint, part.Pointer);
        else WriteCachePoint(cache, part.Pointer);
    }

    private void WriteCall(ToolCallPart call)
    {
        var id = ids.OfCall(call.Id);
        if (id != call.Id) log.Apply(ConverseRules.ToolId, call.Pointer);
        json.WriteStartObject();
        json.WriteStartObject("toolUse"u8);
        json.WriteString("toolUseId"u8, id);
        json.WriteString("name"u8, names.ToProvider(call.Name));
        json.WritePropertyName("input"u8);
        json.WriteRawValue(InputOf(call), skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The arguments as the model wrote them, when they are an object.</summary>
    private byte[] InputOf(ToolCallPart call)
    {
        var text = Encoding.UTF8.GetBytes(call.Arguments);
        if (string.IsNullOrWhiteSpace(call.Arguments)) return "{}"u8.ToArray();
        try
        {
            using var arguments = JsonDocument.Parse(text, DeepJson.Document);
            if (arguments.RootElement.ValueKind == JsonValueKind.Object) return text;
        }
        catch (JsonException)
        {
            // A model's slip of long ago; the conversation must go on.
        }

        log.Apply(ConverseRules.Arguments, call.Pointer);
        return "{}"u8.ToArray();
    }

    private void WriteResult(ToolResultPart result)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, ids.OfResult(result.CallId));
        json.WriteStartArray("content"u8);
        if (!WriteContent(result))
        {
            log.Apply(ConverseRules.EmptyResult, result.Pointer);
            WriteText("(no output)");
        }

        json.WriteEndArray();
        if (result.IsError) json.WriteString("status"u8, "error"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private bool WriteContent(ToolResultPart result)
    {
        var any = false;
        foreach (var part in result.Content)
        {
            switch (part)
            {
                case TextPart text when !string.IsNullOrWhiteSpace(text.Text):
                    WriteText(text.Text);
                    any = true;
                    break;
                case MediaPart media:
                    Sources.WriteMedia(media, isResult: true);
                    any = true;
                    break;
                case DocumentPart document:
                    Sources.WriteDocument(document);
                    any = true;
                    break;
                case OpaquePart { Dialect: BedrockConverseUpstream.DialectName } opaque:
                    WriteRaw(opaque.Json);
                    any = true;
                    break;
                case TextPart:
                    break;
                default:
                    log.Apply(ConverseRules.ForeignPart, part.Pointer);
                    break;
            }
        }

        return any;
    }

    private void WriteReasoning(ReasoningPart reasoning)
    {
        json.WriteStartObject();
        json.WriteStartObject("reasoningContent"u8);
        if (reasoning.Token!.Kind == OpaqueTokenKind.Redacted)
        {
            json.WriteString("redactedContent"u8, reasoning.Token.Data);
        }
        else
        {
            json.WriteStartObject("reasoningText"u8);
            json.WriteString("text"u8, reasoning.Text ?? "");
            json.WriteString("signature"u8, reasoning.Token.Data);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteRaw(RawJson value) => json.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
