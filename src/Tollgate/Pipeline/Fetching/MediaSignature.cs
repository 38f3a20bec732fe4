using System.Text.Unicode;

namespace Tollgate.Pipeline.Fetching;

/// <summary>Finds out what bytes are from the bytes themselves: what a server says about them is no more than a claim.</summary>
internal static class MediaSignature
{
    /// <summary>The media type of a picture; null for anything else, SVG included, which is a program.</summary>
    internal static string? OfImage(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "image/png";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])) return "image/jpeg";
        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8)) return "image/gif";
        if (bytes.Length < 12) return null;
        if (bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8)) return "image/webp";
        if (!bytes[4..].StartsWith("ftyp"u8)) return null;
        return bytes.Slice(8, 4) switch
        {
            var brand when brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) => "image/heic",
            var brand when brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8) => "image/heif",
            _ => null,
        };
    }

    /// <summary>PDF, or one of the plain texts when it is called one and is one; null for anything else.</summary>
    internal static string? OfDocument(ReadOnlySpan<byte> bytes, string? claimed)
    {
        if (bytes.StartsWith("%PDF-"u8)) return "application/pdf";
        var isText = claimed is "text/plain" or "text/markdown" or "text/csv";
        return isText && bytes.Length > 0 && !bytes.Contains((byte)0) && Utf8.IsValid(bytes) ? claimed : null;
    }
}
