using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Writes media and documents: <c>{"image":{"format","source":{"bytes"|"s3Location"}}}</c> and the like.</summary>
internal sealed class SourceWriter(Utf8JsonWriter json, FidelityLog log)
{
    private readonly DocumentNames _names = new();

    public void WriteMedia(MediaPart media, bool isResult)
    {
        if (media.Detail is not (null or "auto")) log.Apply(ConverseRules.Detail, media.Pointer);
        if (IsElsewhere(media.Source, media.Pointer)) return;
        var format = MediaFormats.OfMedia(media.Kind, media.Source);
        var (name, rule) = media.Kind switch
        {
            MediaKind.Image => ("image", ConverseRules.ImageFormat),
            MediaKind.Audio => ("audio", ConverseRules.AudioFormat),
            _ => ("video", ConverseRules.VideoFormat),
        };
        if (format is null || (isResult && media.Kind == MediaKind.Audio))
        {
            log.Apply(rule, media.Pointer);
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject(name);
        json.WriteString("format"u8, format);
        WriteSource(media.Source);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void WriteDocument(DocumentPart document)
    {
        if (IsElsewhere(document.Source, document.Pointer)) return;
        if (FormatOf(document) is not { } format)
        {
            log.Apply(ConverseRules.DocumentFormat, document.Pointer);
            return;
        }

        var name = _names.Next(document.Name, out var isKept);
        if (!isKept) log.Apply(ConverseRules.DocumentName, document.Pointer);
        json.WriteStartObject();
        json.WriteStartObject("document"u8);
        json.WriteString("format"u8, format);
        json.WriteString("name"u8, name);
        WriteSource(document.Source);
        if (!string.IsNullOrEmpty(document.Context)) json.WriteString("context"u8, document.Context);
        if (document.Citations)
        {
            json.WriteStartObject("citations"u8);
            json.WriteBoolean("enabled"u8, value: true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private string? FormatOf(DocumentPart document)
    {
        if (document.Source is TextSource) return "txt";
        if (MediaFormats.OfDocument(document.Source) is { } format) return format;
        if (!MediaFormats.IsText(document.Source)) return null;
        log.Apply(ConverseRules.TextFormat, document.Pointer);
        return "txt";
    }

    /// <summary>True when the bytes are where Bedrock does not fetch them.</summary>
    private bool IsElsewhere(MediaSource source, string pointer)
    {
        var rule = source switch
        {
            UrlSource { Url: var url } when !url.StartsWith("s3:", StringComparison.OrdinalIgnoreCase) => ConverseRules.MediaByUrl,
            FileSource => ConverseRules.MediaByFile,
            _ => null,
        };
        if (rule is not null) log.Apply(rule, pointer);
        return rule is not null;
    }

    private void WriteSource(MediaSource source)
    {
        json.WriteStartObject("source"u8);
        switch (source)
        {
            case InlineSource inline:
                json.WriteString("bytes"u8, inline.Data);
                break;
            case TextSource text:
                json.WriteString("text"u8, text.Text);
                break;
            case UrlSource url:
                json.WriteStartObject("s3Location"u8);
                json.WriteString("uri"u8, url.Url);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }
}
