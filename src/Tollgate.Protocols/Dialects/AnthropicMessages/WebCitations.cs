using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>OpenAI's <c>url_citation</c> annotations, in the grammar of either of its APIs, as citations of search results.</summary>
internal static class WebCitations
{
    /// <summary>Citations of a block: Anthropic's own as they are, OpenAI's in Anthropic's words; empty when nothing can be said.</summary>
    public static RawJson From(RawJson annotations, string? dialect, FidelityLog log)
    {
        if (annotations.IsEmpty || dialect == Wire.Dialect) return annotations;
        if (dialect?.StartsWith("openai.", StringComparison.Ordinal) != true)
        {
            log.Apply(AnswerRules.Annotations);
            return default;
        }

        var output = new ArrayBufferWriter<byte>(256);
        using var document = JsonDocument.Parse(annotations.Utf8, DeepJson.Document);
        using (var json = new Utf8JsonWriter(output, Wire.WriterOptions))
        {
            json.WriteStartArray();
            foreach (var annotation in document.RootElement.EnumerateArray()) log.Apply(TryWrite(json, annotation) ? AnswerRules.Spans : AnswerRules.Annotations);
            json.WriteEndArray();
        }

        return output.WrittenCount > "[]".Length ? new RawJson(output.WrittenMemory) : default;
    }

    private static bool TryWrite(Utf8JsonWriter json, JsonElement annotation)
    {
        if (Wire.Text(annotation, "type") != "url_citation") return false;
        var inner = Wire.Member(annotation, "url_citation"); // chat completions wrap it, responses do not
        var source = inner.ValueKind == JsonValueKind.Object ? inner : annotation;
        if (Wire.Text(source, "url") is not { Length: > 0 } url) return false;
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WriteString("url"u8, url);
        json.WriteString("title"u8, Wire.Text(source, "title"));
        // Members that Anthropic's clients rely on, and OpenAI has nothing for.
        json.WriteString("cited_text"u8, ""u8);
        json.WriteString("encrypted_index"u8, ""u8);
        json.WriteEndObject();
        return true;
    }
}
