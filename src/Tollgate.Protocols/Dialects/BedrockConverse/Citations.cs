using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Bedrock's citations in Anthropic's words, which they are made from, so that Anthropic's clients find what they know
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationLocation.html"/>).
/// </summary>
internal static class Citations
{
    /// <summary>Whose grammar they are told in.</summary>
    public const string Dialect = "anthropic.messages";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One citation; null when it points to a place of a kind that is not known.</summary>
    /// <param name="citation"><c>{"title","source","sourceContent":[{"text"}],"location":{KIND:{…}}}</c>.</param>
    public static RawJson? Read(JsonElement citation)
    {
        if (!citation.TryMember("location"u8, JsonValueKind.Object, out var location)) return null;
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            if (!TryWrite(json, citation, location)) return null;
            json.WriteString("cited_text"u8, TextOf(citation));
            json.WriteEndObject();
        }

        return new RawJson(output.WrittenMemory);
    }

    private static bool TryWrite(Utf8JsonWriter json, JsonElement citation, JsonElement location)
    {
        if (location.TryMember("documentChar"u8, JsonValueKind.Object, out var place))
        {
            WriteDocument(json, citation, place, "char_location"u8, "start_char_index"u8, "end_char_index"u8);
        }
        else if (location.TryMember("documentPage"u8, JsonValueKind.Object, out place))
        {
            WriteDocument(json, citation, place, "page_location"u8, "start_page_number"u8, "end_page_number"u8);
        }
        else if (location.TryMember("documentChunk"u8, JsonValueKind.Object, out place))
        {
            WriteDocument(json, citation, place, "content_block_location"u8, "start_block_index"u8, "end_block_index"u8);
        }
        else if (location.TryMember("searchResultLocation"u8, JsonValueKind.Object, out place))
        {
            json.WriteString("type"u8, "search_result_location"u8);
            WriteText(json, "source"u8, citation.TextOf("source"u8) ?? "");
            WriteText(json, "title"u8, citation.TextOf("title"u8));
            json.WriteNumber("search_result_index"u8, Number(place, "searchResultIndex"u8));
            WriteRange(json, place, "start_block_index"u8, "end_block_index"u8);
        }
        else if (location.TryMember("web"u8, JsonValueKind.Object, out place))
        {
            json.WriteString("type"u8, "web_search_result_location"u8);
            WriteText(json, "url"u8, place.TextOf("url"u8) ?? "");
            WriteText(json, "title"u8, citation.TextOf("title"u8));
            // Anthropic's own token, which Bedrock has none of; it is a required member.
            json.WriteString("encrypted_index"u8, ""u8);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static void WriteDocument(
        Utf8JsonWriter json, JsonElement citation, JsonElement place, ReadOnlySpan<byte> type, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        json.WriteString("type"u8, type);
        json.WriteNumber("document_index"u8, Number(place, "documentIndex"u8));
        WriteText(json, "document_title"u8, citation.TextOf("title"u8));
        WriteRange(json, place, start, end);
    }

    private static void WriteRange(Utf8JsonWriter json, JsonElement place, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        json.WriteNumber(start, Number(place, "start"u8));
        json.WriteNumber(end, Number(place, "end"u8));
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null) json.WriteNull(name);
        else json.WriteString(name, text);
    }

    private static long Number(JsonElement place, ReadOnlySpan<byte> name) =>
        place.TryMember(name, JsonValueKind.Number, out var value) && value.TryGetInt64(out var number) ? number : 0;

    private static string TextOf(JsonElement citation) => citation.TryMember("sourceContent"u8, JsonValueKind.Array, out var pieces)
        ? string.Concat(pieces.EnumerateArray().Select(p => p.TextOf("text"u8)))
        : "";
}
