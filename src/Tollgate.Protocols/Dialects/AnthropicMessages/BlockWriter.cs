using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Writes the blocks of a request.</summary>
internal sealed class BlockWriter(Utf8JsonWriter writer, ChatRequest request, ToolNames names, MessageOrder order, CacheMarks marks, FidelityLog log)
{
    private readonly CallIds _ids = new(request, log);

    public void Write(Part part)
    {
        switch (part)
        {
            case TextPart text: WriteText(text); break;
            case RefusalPart refusal:
                log.Apply(Fidelity.Refusal, part.Pointer);
                WriteText(new TextPart(refusal.Text) { Cache = part.Cache, Pointer = part.Pointer });
                break;
            case ReasoningPart { Token: { } token } reasoning: WriteThinking(reasoning, token); break;
            case MediaPart media: WriteMedia(media); break;
            case DocumentPart document: WriteDocument(document); break;
            case ToolCallPart call: WriteCall(call); break;
            case ToolResultPart result: WriteResult(result); break;
            case OpaquePart opaque: Wire.WriteRaw(writer, opaque.Json); break;
        }
    }

    public void WriteText(TextPart part)
    {
        Begin("text"u8);
        writer.WriteString("text"u8, part.Text);
        if (!part.Annotations.IsEmpty)
        {
            if (part.AnnotationsDialect == Wire.Dialect)
            {
                writer.WritePropertyName("citations"u8);
                Wire.WriteRaw(writer, part.Annotations);
            }
            else
            {
                log.Apply(Fidelity.Annotations, part.Pointer);
            }
        }

        End(part);
    }

    private void WriteThinking(ReasoningPart part, OpaqueToken token)
    {
        if (token.Kind == OpaqueTokenKind.Redacted)
        {
            Begin("redacted_thinking"u8);
            writer.WriteString("data"u8, token.Data);
        }
        else
        {
            Begin("thinking"u8);
            writer.WriteString("thinking"u8, part.Text ?? "");
            writer.WriteString("signature"u8, token.Data);
        }

        marks.Drop(part.Cache, part.Pointer);
        writer.WriteEndObject();
    }

    private void WriteMedia(MediaPart part)
    {
        if (part.Kind != MediaKind.Image)
        {
            log.Apply(Fidelity.Sound, part.Pointer);
            return;
        }

        if (part.Detail is not (null or "auto")) log.Apply(Fidelity.Detail, part.Pointer);

        // Clients of OpenAI's format put documents where images belong, for want of another place.
        if (part.Source is InlineSource { MediaType: "application/pdf" } || (part.Source is UrlSource link && IsPdf(link)))
        {
            WriteDocument(new DocumentPart(part.Source, null) { Cache = part.Cache, Pointer = part.Pointer });
            return;
        }

        Begin("image"u8);
        switch (part.Source)
        {
            case InlineSource inline: WriteImage(inline, part.Pointer); break;
            case TextSource: log.Apply(Fidelity.ImageType, part.Pointer); break;
            default: WriteCommon(part.Source, part.Pointer); break;
        }

        End(part);
    }

    private static bool IsPdf(UrlSource link)
        => link.MediaType == "application/pdf" || link.Url.Split('?', '#')[0].EndsWith(".pdf", StringComparison.OrdinalIgnoreCase);

    private void WriteImage(InlineSource inline, string pointer)
    {
        var type = inline.MediaType == "image/jpg" ? "image/jpeg" : inline.MediaType;
        if (type is not ("image/jpeg" or "image/png" or "image/gif" or "image/webp")) log.Apply(Fidelity.ImageType, pointer);
        WriteSource("base64"u8, "data"u8, inline.Data, type);
    }

    private void WriteDocument(DocumentPart part)
    {
        Begin("document"u8);
        switch (part.Source)
        {
            case TextSource text: WriteSource("text"u8, "data"u8, text.Text, "text/plain"); break;
            case InlineSource { MediaType: "application/pdf" } pdf: WriteSource("base64"u8, "data"u8, pdf.Data, pdf.MediaType); break;
            case InlineSource inline when PlainText(inline) is { } plain: WriteSource("text"u8, "data"u8, plain, "text/plain"); break;
            case InlineSource: log.Apply(Fidelity.DocumentType, part.Pointer); break;
            default: WriteCommon(part.Source, part.Pointer); break;
        }

        if (part.Name is { } name) writer.WriteString("title"u8, name);
        if (part.Context is { } context) writer.WriteString("context"u8, context);
        if (part.Citations)
        {
            writer.WriteStartObject("citations"u8);
            writer.WriteBoolean("enabled"u8, true);
            writer.WriteEndObject();
        }

        End(part);
    }

    /// <summary>Text of any kind (CSV, Markdown, HTML) is plain text to the API.</summary>
    private static string? PlainText(InlineSource inline)
    {
        if (!inline.MediaType.StartsWith("text/", StringComparison.Ordinal) || !Base64.IsValid(inline.Data)) return null;
        var bytes = Convert.FromBase64String(inline.Data);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    private void WriteCommon(MediaSource source, string pointer)
    {
        switch (source)
        {
            case UrlSource url:
                if (!url.Url.StartsWith("http", StringComparison.OrdinalIgnoreCase)) log.Apply(Fidelity.Address, pointer);
                WriteSource("url"u8, "url"u8, url.Url, null);
                break;
            case FileSource file:
                if (request.Dialect != Wire.Dialect) log.Apply(Fidelity.File, pointer);
                WriteSource("file"u8, "file_id"u8, file.FileId, null);
                break;
        }
    }

    private void WriteSource(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name, string value, string? mediaType)
    {
        writer.WriteStartObject("source"u8);
        writer.WriteString("type"u8, type);
        if (mediaType is not null) writer.WriteString("media_type"u8, mediaType);
        writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    private void WriteCall(ToolCallPart part)
    {
        if (part.Token is not null) log.Apply(Fidelity.CallToken, part.Pointer);
        var arguments = Encoding.UTF8.GetBytes(part.Arguments);
        var isObject = Wire.IsObject(arguments);
        if (!isObject && part.Arguments.Length > 0) log.Apply(Fidelity.Arguments, part.Pointer);
        Begin("tool_use"u8);
        writer.WriteString("id"u8, _ids.ToProvider(part.Id, part.Pointer));
        writer.WriteString("name"u8, names.ToProvider(part.Name));
        writer.WritePropertyName("input"u8);
        writer.WriteRawValue(isObject ? arguments : "{}"u8, skipInputValidation: true);
        End(part);
    }

    private void WriteResult(ToolResultPart part)
    {
        Begin("tool_result"u8);
        writer.WriteString("tool_use_id"u8, _ids.ToProvider(part.CallId, part.Pointer));
        var content = part.Content.Where(p => order.Keep(p, Role.User)).ToList();
        if (content is [TextPart { Cache: null, Annotations.IsEmpty: true } only])
        {
            writer.WriteString("content"u8, only.Text);
        }
        else if (content.Count > 0)
        {
            writer.WriteStartArray("content"u8);
            foreach (var inner in content) Write(inner);
            writer.WriteEndArray();
        }

        if (part.IsError) writer.WriteBoolean("is_error"u8, true);
        End(part);
    }

    private void Begin(ReadOnlySpan<byte> type)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
    }

    private void End(Part part)
    {
        marks.Write(writer, part.Cache, part.Pointer);
        writer.WriteEndObject();
    }
}
