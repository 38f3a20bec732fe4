using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Gemini's <c>groundingMetadata</c> and <c>citationMetadata</c> as OpenAI's <c>url_citation</c> annotations of a text block. Gemini counts
/// bytes of UTF-8; OpenAI counts characters. Sources without an address are left out: an annotation must lead somewhere.
/// </summary>
internal static class Citations
{
    /// <summary>Dialect of <see cref="From"/>'s result.</summary>
    public const string Grammar = "openai.chat";

    /// <summary>One array; empty when there are none.</summary>
    public static RawJson From(JsonElement grounding, JsonElement citations, string text)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, Writing.Options);
        var bytes = Encoding.UTF8.GetBytes(text);
        json.WriteStartArray();
        var count = WriteGrounding(json, grounding, bytes);
        foreach (var source in citations.Elements("citations"u8).Concat(citations.Elements("citationSources"u8)))
        {
            count += Write(json, source.Text("uri"u8), source.Text("title"u8), source, bytes);
        }

        json.WriteEndArray();
        json.Flush();
        return count == 0 ? default : new RawJson(output.WrittenMemory);
    }

    private static int WriteGrounding(Utf8JsonWriter json, JsonElement grounding, byte[] text)
    {
        var chunks = grounding.Elements("groundingChunks"u8).ToArray();
        var supports = grounding.Elements("groundingSupports"u8).ToArray();
        if (supports.Length == 0) return chunks.Sum(chunk => WriteChunk(json, chunk, default, text));
        var count = 0;
        foreach (var support in supports)
        {
            support.TryObject("segment"u8, out var segment);
            foreach (var number in support.Elements("groundingChunkIndices"u8))
            {
                if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var index) || index < 0 || index >= chunks.Length) continue;
                count += WriteChunk(json, chunks[index], segment, text);
            }
        }

        return count;
    }

    private static int WriteChunk(Utf8JsonWriter json, JsonElement chunk, JsonElement segment, byte[] text)
    {
        if (!chunk.TryObject("web"u8, out var source) && !chunk.TryObject("retrievedContext"u8, out source) && !chunk.TryObject("maps"u8, out source)) return 0;
        return Write(json, source.Text("uri"u8), source.Text("title"u8), segment, text);
    }

    /// <summary>Without a segment the source stands for the whole text.</summary>
    private static int Write(Utf8JsonWriter json, string? uri, string? title, JsonElement segment, byte[] text)
    {
        if (string.IsNullOrEmpty(uri)) return 0;
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteStartObject("url_citation"u8);
        json.WriteNumber("start_index"u8, Characters(segment.Integer("startIndex"u8) ?? 0, text));
        json.WriteNumber("end_index"u8, Characters(segment.Integer("endIndex"u8) ?? text.Length, text));
        json.WriteString("url"u8, uri);
        json.WriteString("title"u8, title ?? uri);
        json.WriteEndObject();
        json.WriteEndObject();
        return 1;
    }

    private static int Characters(long bytes, byte[] text) => Encoding.UTF8.GetCharCount(text, 0, (int)Math.Clamp(bytes, 0, text.Length));
}
