using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Writes images, sounds, films and documents: <c>inlineData</c>, or <c>fileData</c> for those at an address.</summary>
internal sealed class MediaWriter(GeminiModel model, FidelityLog log)
{
    /// <summary>False when the part must be refused; the log says why.</summary>
    public bool CanSay(Part part)
    {
        var source = Source(part);
        var rule = source switch
        {
            FileSource => Fidelity.UploadedFile,
            UrlSource url when !IsReadable(url.Url) => Fidelity.Address,
            _ => null,
        };
        if (rule is not null) log.Apply(rule, part.Pointer);
        return rule is null;
    }

    /// <summary>Writes the members of a part.</summary>
    public void Write(Utf8JsonWriter json, Part part)
    {
        if (part is DocumentPart { Name: not null } or DocumentPart { Context: not null }) log.Apply(Fidelity.DocumentNote, part.Pointer);
        if (part is DocumentPart { Citations: true }) log.Apply(Fidelity.Citations, part.Pointer);
        switch (Source(part))
        {
            case InlineSource inline:
                WriteInline(json, inline.MediaType, inline.Data);
                break;
            case TextSource text:
                WriteInline(json, "text/plain", Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Text)));
                break;
            case UrlSource url:
                json.WriteStartObject("fileData"u8);
                json.WriteString("mimeType"u8, url.MediaType ?? MediaTypes.FromAddress(url.Url) ?? Assumed(part));
                json.WriteString("fileUri"u8, url.Url);
                json.WriteEndObject();
                break;
        }

        if (part is MediaPart { Detail: { } detail }) WriteDetail(json, detail, part);
    }

    private static MediaSource Source(Part part) => part is MediaPart medium ? medium.Source : ((DocumentPart)part).Source;

    private static bool IsReadable(string url) =>
        url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("gs:", StringComparison.OrdinalIgnoreCase);

    private static void WriteInline(Utf8JsonWriter json, string mediaType, string data)
    {
        json.WriteStartObject("inlineData"u8);
        json.WriteString("mimeType"u8, mediaType);
        json.WriteString("data"u8, data);
        json.WriteEndObject();
    }

    private string Assumed(Part part)
    {
        log.Apply(Fidelity.MediaType, part.Pointer);
        return part switch
        {
            MediaPart { Kind: MediaKind.Image } => "image/jpeg",
            MediaPart { Kind: MediaKind.Audio } => "audio/mpeg",
            MediaPart => "video/mp4",
            _ => "application/pdf",
        };
    }

    private void WriteDetail(Utf8JsonWriter json, string detail, Part part)
    {
        var level = detail switch
        {
            "low" => "MEDIA_RESOLUTION_LOW",
            "medium" => "MEDIA_RESOLUTION_MEDIUM",
            "high" => "MEDIA_RESOLUTION_HIGH",
            _ => null,
        };
        if (level is null) return; // auto: the model's own choice.
        if (!model.Is3)
        {
            log.Apply(Fidelity.Detail, part.Pointer);
            return;
        }

        json.WriteStartObject("mediaResolution"u8);
        json.WriteString("level"u8, level);
        json.WriteEndObject();
    }
}
