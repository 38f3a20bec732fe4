using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Annotations between the grammars. A response's <c>url_citation</c> is flat, that of chat completions has its members one level down;
/// Anthropic's citations of web pages name no place in the text, as the whole text is what they support.
/// </summary>
internal static class Annotations
{
    private const string Anthropic = "anthropic.messages";

    /// <summary>A text whose annotations are a response's. What has no form here goes to the log.</summary>
    public static TextPart Translate(TextPart text, FidelityLog log)
    {
        if (text.Annotations.IsEmpty || text.AnnotationsDialect == OpenAIResponsesClient.DialectName) return text;
        var written = new List<RawJson>();
        using var document = JsonDocument.Parse(text.Annotations.Utf8, DeepJson.Document);
        foreach (var annotation in document.RootElement.EnumerateArray())
        {
            var found = text.AnnotationsDialect switch
            {
                OpenAIChatClient.DialectName => FromChat(annotation),
                Anthropic => FromAnthropic(annotation, text.Text.Length, log),
                _ => default,
            };
            if (found.IsEmpty) log.Apply(AnswerRules.Citations);
            else written.Add(found);
        }

        return text with { Annotations = JoinedArrays.Around(written), AnnotationsDialect = OpenAIResponsesClient.DialectName };
    }

    /// <summary>A provider's annotations in the grammar of chat completions, one array, which other client dialects read; empty when there are none.</summary>
    public static RawJson ToChat(JsonElement annotations)
    {
        var output = new ArrayBufferWriter<byte>(256);
        var any = false;
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
        {
            json.WriteStartArray();
            foreach (var annotation in annotations.EnumerateArray())
            {
                if (!LeadsToAddress(annotation)) continue;
                any = true;
                json.WriteStartObject();
                json.WriteString("type"u8, "url_citation"u8);
                json.WriteStartObject("url_citation"u8);
                foreach (var member in annotation.EnumerateObject().Where(m => !m.NameEquals("type"u8))) Copy(json, member);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return any ? new RawJson(output.WrittenMemory) : default;
    }

    /// <summary>True for the one kind that chat completions have too.</summary>
    public static bool LeadsToAddress(JsonElement annotation) => WireText.OrNull(annotation, "type"u8) == "url_citation";

    private static RawJson FromChat(JsonElement annotation)
    {
        if (WireText.Member(annotation, "url_citation"u8) is not { ValueKind: JsonValueKind.Object } nested) return default;
        return Written(json =>
        {
            json.WriteString("type"u8, "url_citation"u8);
            foreach (var member in nested.EnumerateObject()) Copy(json, member);
        });
    }

    private static RawJson FromAnthropic(JsonElement citation, int length, FidelityLog log)
    {
        var address = WireText.OrNull(citation, "url"u8) ?? WireText.OrNull(citation, "source"u8);
        if (address is { } url && url.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            return Written(json =>
            {
                json.WriteString("type"u8, "url_citation"u8);
                json.WriteText("url"u8, url);
                json.WriteText("title"u8, WireText.OrNull(citation, "title"u8) ?? "");
                json.WriteNumber("start_index"u8, 0);
                json.WriteNumber("end_index"u8, length);
            });
        }

        if (WireText.Member(citation, "document_index"u8) is not { ValueKind: JsonValueKind.Number } number) return default;
        log.Apply(AnswerRules.Documents);
        return Written(json =>
        {
            var title = WireText.OrNull(citation, "document_title"u8) ?? "";
            json.WriteString("type"u8, "file_citation"u8);
            json.WriteText("file_id"u8, WireText.OrNull(citation, "file_id"u8) ?? $"document_{number.GetRawText()}");
            json.WriteText("filename"u8, title);
            json.WriteNumber("index"u8, length);
        });
    }

    private static void Copy(Utf8JsonWriter json, JsonProperty member)
    {
        json.WritePropertyName(member.Name);
        json.WriteRaw(WireText.Raw(member.Value));
    }

    private static RawJson Written(Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new RawJson(output.WrittenMemory);
    }
}
