using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// Anthropic's citations as <c>url_citation</c> annotations, the only ones that chat completions have: those that lead to an address. A
/// citation stands for the whole block that it is on.
/// </summary>
internal static class UrlCitations
{
    /// <summary>One array of those that can be said; empty when there are none.</summary>
    /// <param name="citations">An array in Anthropic's grammar.</param>
    /// <param name="start">Where the block begins in the content, in characters.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="isLossy">True when some cannot be said: they point into documents.</param>
    public static RawJson From(RawJson citations, int start, int end, out bool isLossy)
    {
        isLossy = false;
        var output = new ArrayBufferWriter<byte>(256);
        using var document = JsonDocument.Parse(citations.Utf8, DeepJson.Document);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
        {
            json.WriteStartArray();
            foreach (var citation in document.RootElement.EnumerateArray()) isLossy |= !TryWrite(json, citation, start, end);
            json.WriteEndArray();
        }

        return output.WrittenCount > "[]".Length ? new RawJson(output.WrittenMemory) : default;
    }

    private static bool TryWrite(Utf8JsonWriter json, JsonElement citation, int start, int end)
    {
        var address = WireText.Foreign(citation, "type"u8) switch
        {
            "web_search_result_location" => WireText.Foreign(citation, "url"u8),
            "search_result_location" => WireText.Foreign(citation, "source"u8),
            _ => null,
        };
        if (address?.StartsWith("http", StringComparison.OrdinalIgnoreCase) != true) return false;
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteStartObject("url_citation"u8);
        json.WriteNumber("start_index"u8, start);
        json.WriteNumber("end_index"u8, end);
        json.WriteText("url"u8, address);
        json.WriteText("title"u8, WireText.Foreign(citation, "title"u8) ?? address);
        json.WriteEndObject();
        json.WriteEndObject();
        return true;
    }
}
