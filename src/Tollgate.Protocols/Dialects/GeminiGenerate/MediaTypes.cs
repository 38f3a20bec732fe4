namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Media types that Gemini reads, by the extension of an address.</summary>
internal static class MediaTypes
{
    /// <summary>The type; null when the address has no extension, or another one.</summary>
    public static string? FromAddress(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? url.AsSpan() : url.AsSpan(0, end);
        var dot = path.LastIndexOf('.');
        if (dot < 0 || path[dot..].Contains('/')) return null;
        return path[(dot + 1)..].ToString().ToUpperInvariant() switch
        {
            "JPG" or "JPEG" => "image/jpeg",
            "PNG" => "image/png",
            "GIF" => "image/gif",
            "WEBP" => "image/webp",
            "HEIC" => "image/heic",
            "HEIF" => "image/heif",
            "BMP" => "image/bmp",
            "PDF" => "application/pdf",
            "TXT" => "text/plain",
            "HTML" or "HTM" => "text/html",
            "CSV" => "text/csv",
            "MD" => "text/markdown",
            "MP3" => "audio/mpeg",
            "WAV" => "audio/wav",
            "FLAC" => "audio/flac",
            "OGG" => "audio/ogg",
            "AAC" => "audio/aac",
            "M4A" => "audio/mp4",
            "MP4" => "video/mp4",
            "MPEG" or "MPG" => "video/mpeg",
            "MOV" => "video/quicktime",
            "WEBM" => "video/webm",
            _ => null,
        };
    }
}
