using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Writes the content of messages and of tools' results.</summary>
internal sealed class PartWriter(Utf8JsonWriter json, FidelityLog log)
{
    /// <summary>Says what no part of this dialect can say.</summary>
    public void Announce(Part part)
    {
        if (part.Cache is not null) log.Apply(Rules.CacheHints, part.Pointer);
        if (part is TextPart { Annotations.IsEmpty: false }) log.Apply(Rules.Citations, part.Pointer);
    }

    /// <summary>Says which parts have no words here at all.</summary>
    public void AnnounceUnsaid(Part part) => log.Apply(part is ReasoningPart ? Rules.Thinking : Rules.ForeignPart, part.Pointer);

    /// <summary>Writes a part of a message.</summary>
    /// <param name="part">Text, refusal, medium or document.</param>
    /// <param name="textType"><c>input_text</c>, or <c>output_text</c> in messages of the model, where refusals are refusals too.</param>
    public void Write(Part part, ReadOnlySpan<byte> textType)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(textType, text.Text);
                break;
            case RefusalPart refusal when textType.SequenceEqual("output_text"u8):
                json.WriteStartObject();
                json.WriteString("type"u8, "refusal"u8);
                json.WriteText("refusal"u8, refusal.Text);
                json.WriteEndObject();
                break;
            case RefusalPart refusal:
                WriteText(textType, refusal.Text);
                break;
            case MediaPart media:
                WriteMedia(media);
                break;
            case DocumentPart document:
                WriteDocument(document);
                break;
        }
    }

    private void WriteText(ReadOnlySpan<byte> type, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteText("text"u8, text);
        json.WriteEndObject();
    }

    private void WriteMedia(MediaPart media)
    {
        switch (media.Kind, media.Source)
        {
            case (not MediaKind.Image, _):
                log.Apply(Rules.Sound, media.Pointer);
                break;
            case (_, InlineSource image):
                WriteImage($"data:{image.MediaType};base64,{image.Data}", media.Detail);
                break;
            case (_, UrlSource image) when IsWeb(image):
                WriteImage(image.Url, media.Detail);
                break;
            default:
                log.Apply(media.Source is FileSource ? Rules.MediaFile : Rules.MediaUrl, media.Pointer);
                break;
        }
    }

    private static bool IsWeb(UrlSource source) => source.Url.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    private void WriteImage(string url, string? detail)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_image"u8);
        json.WriteText("image_url"u8, url);
        json.WriteText("detail"u8, detail ?? "auto");
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
            case UrlSource address when IsWeb(address):
                WriteFile("file_url"u8, address.Url, null);
                break;
            case InlineSource text when text.MediaType.StartsWith("text/", StringComparison.Ordinal) && Decode(text.Data) is { } decoded:
                WriteTextDocument(decoded, document.Pointer);
                break;
            case TextSource text:
                WriteTextDocument(text.Text, document.Pointer);
                break;
            default:
                log.Apply(document.Source switch { UrlSource => Rules.MediaUrl, FileSource => Rules.MediaFile, _ => Rules.DocumentType }, document.Pointer);
                break;
        }
    }

    private void WriteTextDocument(string text, string pointer)
    {
        log.Apply(Rules.DocumentText, pointer);
        WriteText("input_text"u8, text);
    }

    private void WriteFile(ReadOnlySpan<byte> member, string value, string? name)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_file"u8);
        if (name is not null) json.WriteText("filename"u8, name);
        json.WriteText(member, value);
        json.WriteEndObject();
    }

    private static string? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
