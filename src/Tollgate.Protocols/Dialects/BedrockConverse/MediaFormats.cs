using System.Collections.Frozen;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Converse's <c>format</c> of media and documents, from a media type or, where there is none, from the end of an address.</summary>
internal static class MediaFormats
{
    private static readonly FrozenDictionary<string, string> Images = Table("png jpeg gif webp", ("jpg", "jpeg"));

    private static readonly FrozenDictionary<string, string> Sounds = Table(
        "mp3 opus wav aac flac mp4 ogg mkv mka m4a webm pcm", ("mpeg", "mp3"), ("x-wav", "wav"), ("wave", "wav"), ("x-flac", "flac"),
        ("x-m4a", "m4a"), ("x-aac", "x-aac"), ("x-matroska", "mka"), ("l16", "pcm"));

    private static readonly FrozenDictionary<string, string> Films = Table(
        "mkv mov mp4 webm flv mpeg mpg wmv three_gp", ("quicktime", "mov"), ("x-matroska", "mkv"), ("x-flv", "flv"), ("x-ms-wmv", "wmv"),
        ("3gpp", "three_gp"), ("3gp", "three_gp"));

    private static readonly FrozenDictionary<string, string> Documents = Table(
        "pdf csv doc docx xls xlsx html txt md",
        ("msword", "doc"), ("vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"), ("vnd.ms-excel", "xls"),
        ("vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"), ("plain", "txt"), ("markdown", "md"), ("x-markdown", "md"), ("htm", "html"));

    /// <summary>Null when Converse does not take it.</summary>
    public static string? OfMedia(MediaKind kind, MediaSource source) => Find(
        kind switch
        {
            MediaKind.Image => Images,
            MediaKind.Audio => Sounds,
            _ => Films,
        },
        source);

    /// <summary>Null when Converse does not take it.</summary>
    public static string? OfDocument(MediaSource source) => Find(Documents, source);

    /// <summary>True for text that Converse has no format of its own for.</summary>
    public static bool IsText(MediaSource source) =>
        source is InlineSource { MediaType: var type } && type.StartsWith("text/", StringComparison.OrdinalIgnoreCase);

    private static string? Find(FrozenDictionary<string, string> formats, MediaSource source) => source switch
    {
        InlineSource inline => formats.GetValueOrDefault(Subtype(inline.MediaType)),
        UrlSource { MediaType: { } type } => formats.GetValueOrDefault(Subtype(type)),
        UrlSource { Url: var url } => formats.GetValueOrDefault(url[(url.LastIndexOf('.') + 1)..]),
        _ => null,
    };

    /// <summary><c>plain</c> of <c>text/plain; charset=utf-8</c>.</summary>
    private static string Subtype(string mediaType)
    {
        var end = mediaType.IndexOf(';', StringComparison.Ordinal);
        if (end >= 0) mediaType = mediaType[..end];
        return mediaType[(mediaType.IndexOf('/', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static FrozenDictionary<string, string> Table(string same, params (string Type, string Format)[] others) => same
        .Split(' ')
        .Select(format => KeyValuePair.Create(format, format))
        .Concat(others.Select(other => KeyValuePair.Create(other.Type, other.Format)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
