using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads images, sounds, films and files.</summary>
internal static class MediaReader
{
    private const string Pdf = "application/pdf";

    /// <summary><c>{"type":"image_url","image_url":{"url":…}}</c> and those that servers have made after it.</summary>
    public static Part ReadUrl(MediaKind kind, JsonElement part, string member, string pointer)
    {
        var value = Fields.Optional(part, member) ?? throw Fields.Missing($"{pointer}/{member}");
        pointer = $"{pointer}/{member}";
        if (value.ValueKind == JsonValueKind.String) return Of(kind, Fields.Text(value, pointer), null, pointer);
        if (value.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object with a 'url'");
        return Of(kind, Fields.RequiredText(value, "url", pointer), Fields.OptionalText(value, "detail", pointer), pointer + "/url");
    }

    public static MediaPart ReadAudio(JsonElement part, string pointer)
    {
        pointer += "/input_audio";
        var audio = Fields.Object(part, "input_audio", pointer[..^"/input_audio".Length]) ?? throw Fields.Missing(pointer);
        var format = Fields.RequiredText(audio, "format", pointer);
        var mediaType = format == "mp3" ? "audio/mpeg" : "audio/" + format;
        return new MediaPart(MediaKind.Audio, new InlineSource(mediaType, Fields.RequiredText(audio, "data", pointer)));
    }

    public static DocumentPart ReadFile(JsonElement part, string pointer)
    {
        var file = Fields.Object(part, "file", pointer) ?? throw Fields.Missing(pointer + "/file");
        pointer += "/file";
        var name = Fields.OptionalText(file, "filename", pointer);
        if (Fields.OptionalText(file, "file_data", pointer) is { } data)
        {
            return new DocumentPart(ReadFileData(data, pointer + "/file_data"), name);
        }

        return Fields.OptionalText(file, "file_id", pointer) is { Length: > 0 } id
            ? new DocumentPart(new FileSource(id), name)
            : throw Fields.Wrong(pointer, "an object with 'file_data' or 'file_id'");
    }

    /// <summary>OpenAI wants a data URI; bare base64 is what others took it for, and PDF the one type it could be.</summary>
    public static InlineSource ReadFileData(string data, string pointer)
        => data.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? Inline(data, pointer) : new InlineSource(Pdf, data);

    private static Part Of(MediaKind kind, string url, string? detail, string pointer)
    {
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            var source = Inline(url, pointer);
            return IsDocument(source.MediaType) ? new DocumentPart(source, null) : new MediaPart(kind, source) { Detail = detail };
        }

        if (!IsAddress(url)) throw Fields.Wrong(pointer, "a data URI with base64, or an address that begins with http:, https:, gs: or s3:");
        return kind == MediaKind.Image && IsPdf(url)
            ? new DocumentPart(new UrlSource(url, Pdf), null)
            : new MediaPart(kind, new UrlSource(url, null)) { Detail = detail };
    }

    private static bool IsDocument(string mediaType)
        => mediaType.StartsWith("application/", StringComparison.Ordinal) || mediaType.StartsWith("text/", StringComparison.Ordinal);

    private static bool IsAddress(string url)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["https://", "http://", "gs://", "s3://"])
        {
            if (url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && url.Length > scheme.Length) return true;
        }

        return false;
    }

    private static bool IsPdf(string url)
    {
        var path = url.AsSpan(0, url.AsSpan().IndexOfAny('?', '#') is var end and >= 0 ? end : url.Length);
        return path.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary><c>data:image/png;base64,…</c>: the data are kept as they were written.</summary>
    private static InlineSource Inline(string uri, string pointer)
    {
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        var head = comma < 0 ? "" : uri["data:".Length..comma];
        if (!head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase)) throw Fields.Wrong(pointer, "a data URI with base64, such as 'data:image/png;base64,…'");
        var mediaType = head[..head.IndexOf(';', StringComparison.Ordinal)].Trim().ToLowerInvariant();
        if (mediaType.Length == 0) throw Fields.Wrong(pointer, "a data URI that names its media type");
        return new InlineSource(mediaType, uri[(comma + 1)..]);
    }
}
