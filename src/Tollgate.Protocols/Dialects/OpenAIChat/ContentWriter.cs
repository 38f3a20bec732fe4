using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Writes the content of messages.</summary>
internal sealed class ContentWriter(Utf8JsonWriter json, ChatRequest request, FidelityLog log)
{
    /// <summary>Says what no part of this dialect can say.</summary>
    public void Announce(Part part)
    {
        if (part.Cache is not null) log.Apply(Rules.CacheHints, part.Pointer);
        if (part is TextPart { Annotations.IsEmpty: false }) log.Apply(Rules.Citations, part.Pointer);
    }

    /// <summary>Says which parts have no words here at all.</summary>
    public void AnnounceUnsaid(Part part)
    {
        if (part is ReasoningPart) log.Apply(Rules.Thinking, part.Pointer);
        if (part is OpaquePart) log.Apply(Rules.ForeignPart, part.Pointer);
    }

    /// <summary>Writes <c>content</c> of text alone: a string where one will do, since not every server takes parts.</summary>
    public void WriteTexts(IReadOnlyList<TextPart> parts)
    {
        if (parts.Count < 2)
        {
            json.WriteText("content"u8, parts.Count == 0 ? "" : parts[0].Text);
            return;
        }

        json.WriteStartArray("content"u8);
        foreach (var part in parts) WriteText(part.Text);
        json.WriteEndArray();
    }

    /// <summary>Writes a user message; none when there is nothing to say.</summary>
    public void WriteUser(IReadOnlyList<Part> parts)
    {
        foreach (var part in parts)
        {
            Announce(part);
            if (part is not OpaquePart { Dialect: OpenAIChatClient.DialectName }) AnnounceUnsaid(part);
        }

        var said = parts.Where(IsSaid).ToArray();
        if (said.Length == 0) return;
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        if (said is [TextPart only])
        {
            json.WriteText("content"u8, only.Text);
        }
        else
        {
            json.WriteStartArray("content"u8);
            foreach (var part in said) WritePart(part);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool IsSaid(Part part)
        => part is TextPart or RefusalPart or MediaPart or DocumentPart or OpaquePart { Dialect: OpenAIChatClient.DialectName };

    private void WritePart(Part part)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(text.Text);
                break;
            case RefusalPart refusal:
                WriteText(refusal.Text);
                break;
            case MediaPart media:
                WriteMedia(media);
                break;
            case DocumentPart document:
                WriteDocument(document);
                break;
            case OpaquePart opaque:
                json.WriteRaw(opaque.Json);
                break;
        }
    }

    private void WriteText(string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteText("text"u8, text);
        json.WriteEndObject();
    }

    private void WriteMedia(MediaPart media)
    {
        switch (media.Kind, media.Source)
        {
            case (MediaKind.Video, _):
                log.Apply(Rules.Video, media.Pointer);
                break;
            case (MediaKind.Image, InlineSource image):
                WriteImage($"data:{image.MediaType};base64,{image.Data}", media.Detail);
                break;
            case (MediaKind.Image, UrlSource image) when image.Url.StartsWith("http", StringComparison.OrdinalIgnoreCase):
                WriteImage(image.Url, media.Detail);
                break;
            case (MediaKind.Audio, InlineSource audio):
                WriteAudio(audio, media.Pointer);
                break;
            default:
                log.Apply(media.Source is FileSource ? Rules.MediaFile : Rules.MediaUrl, media.Pointer);
                break;
        }
    }

    private void WriteImage(string url, string? detail)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteText("url"u8, url);
        if (detail is not null) json.WriteText("detail"u8, detail);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteAudio(InlineSource audio, string pointer)
    {
        var format = audio.MediaType switch
        {
            "audio/wav" or "audio/x-wav" or "audio/wave" or "audio/vnd.wave" => "wav",
            "audio/mpeg" or "audio/mp3" => "mp3",
            _ => null,
        };
        if (format is null)
        {
            log.Apply(Rules.AudioFormat, pointer);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "input_audio"u8);
        json.WriteStartObject("input_audio"u8);
        json.WriteText("data"u8, audio.Data);
        json.WriteString("format"u8, format);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteDocument(DocumentPart document)
    {
        if (document.Context is not null) log.Apply(Rules.DocumentContext, document.Pointer);
        if (document.Citations) log.Apply(Rules.Citations, document.Pointer);
        switch (document.Source)
        {
            case InlineSource { MediaType: "application/pdf" } pdf:
                WriteFile("file_data"u8, $"data:{pdf.MediaType};base64,{pdf.Data}", document.Name ?? "document.pdf");
                break;
            case InlineSource text when text.MediaType.StartsWith("text/", StringComparison.Ordinal) && Decode(text.Data) is { } decoded:
                WriteTextDocument(decoded, document.Pointer);
                break;
            case TextSource text:
                WriteTextDocument(text.Text, document.Pointer);
                break;
            case FileSource file when request.Dialect.StartsWith("openai.", StringComparison.Ordinal):
                WriteFile("file_id"u8, file.FileId, null);
                break;
            default:
                log.Apply(document.Source switch { UrlSource => Rules.DocumentUrl, FileSource => Rules.DocumentFile, _ => Rules.DocumentType }, document.Pointer);
                break;
        }
    }

    private void WriteTextDocument(string text, string pointer)
    {
        log.Apply(Rules.DocumentText, pointer);
        WriteText(text);
    }

    private void WriteFile(ReadOnlySpan<byte> member, string value, string? name)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "file"u8);
        json.WriteStartObject("file"u8);
        if (name is not null) json.WriteText("filename"u8, name);
        json.WriteText(member, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
