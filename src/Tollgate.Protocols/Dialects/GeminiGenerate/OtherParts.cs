using System.Text.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Parts of an answer that are neither text nor a call, said as Markdown: an image or other medium that the model made, as a link that holds
/// it; code that the provider ran, and what came of it, as fenced blocks. No chat dialect has a place for them that every client reads.
/// </summary>
internal static class OtherParts
{
    /// <summary>The text; null when the part is something else.</summary>
    public static string? From(JsonElement part)
    {
        if (part.TryObject("inlineData"u8, out var data)) return Link(data.Text("mimeType"u8), $"data:{data.Text("mimeType"u8)};base64,{data.Text("data"u8)}");
        if (part.TryObject("fileData"u8, out var file)) return Link(file.Text("mimeType"u8), file.Text("fileUri"u8));
        if (part.TryObject("executableCode"u8, out var code)) return Fence(code.Text("language"u8) == "PYTHON" ? "python" : "", code.Text("code"u8));
        return part.TryObject("codeExecutionResult"u8, out var result) ? Fence("", result.Text("output"u8)) : null;
    }

    private static string Link(string? mediaType, string? address)
    {
        var isImage = mediaType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true;
        return isImage ? $"![image]({address})" : $"[{mediaType ?? "file"}]({address})";
    }

    private static string Fence(string language, string? text) => $"\n```{language}\n{text?.TrimEnd('\n')}\n```\n";
}
