using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Telemetry.Tracing.Content;

/// <summary>The parts of a message as the conventions' JSON schema has them.</summary>
internal static class GenAIParts
{
    internal static void WriteAll(Utf8JsonWriter json, IEnumerable<Part> parts, ContentBudget budget)
    {
        foreach (var part in parts)
        {
            if (!budget.TryBegin()) return;
            json.WriteStartObject();
            Write(json, part, budget);
            json.WriteEndObject();
        }
    }

    /// <summary>As JSON where it is JSON still, else as a text: it may have been cut, and models write what they like.</summary>
    internal static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
    {
        if (IsJson(text))
        {
            json.WritePropertyName(name);
            json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            json.WriteString(name, text);
        }
    }

    private static void Write(Utf8JsonWriter json, Part part, ContentBudget budget)
    {
        switch (part)
        {
            case TextPart text:
                Text(json, "text"u8, text.Text, budget);
                break;
            case RefusalPart refusal:
                Text(json, "text"u8, refusal.Text, budget);
                break;
            case ReasoningPart reasoning:
                Text(json, "reasoning"u8, reasoning.Text ?? "", budget);
                break;
            case ToolCallPart call:
                json.WriteString("type"u8, "tool_call"u8);
                json.WriteString("id"u8, budget.Take(call.Id));
                json.WriteString("name"u8, budget.Take(call.Name));
                WriteRaw(json, "arguments"u8, budget.Take(call.Arguments));
                break;
            case ToolResultPart result:
                json.WriteString("type"u8, "tool_call_response"u8);
                json.WriteString("id"u8, budget.Take(result.CallId));
                json.WriteString("response"u8, budget.Take(string.Join('\n', result.Content.OfType<TextPart>().Select(t => t.Text))));
                break;
            case MediaPart media:
                Media(json, media.Kind switch { MediaKind.Audio => "audio", MediaKind.Video => "video", _ => "image" }, media.Source, budget);
                break;
            case DocumentPart document:
                Media(json, "document", document.Source, budget);
                break;
            default:
                json.WriteString("type"u8, part is OpaquePart opaque ? opaque.Dialect : "other");
                break;
        }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> type, string text, ContentBudget budget)
    {
        json.WriteString("type"u8, type);
        json.WriteString("content"u8, budget.Take(text));
    }

    private static void Media(Utf8JsonWriter json, string modality, MediaSource source, ContentBudget budget)
    {
        switch (source)
        {
            case InlineSource inline:
                json.WriteString("type"u8, "blob"u8);
                json.WriteString("mime_type"u8, budget.Take(inline.MediaType));
                json.WriteString("content"u8, budget.TakeMedia(inline.Data) ?? Redaction.Mark);
                break;
            case UrlSource url:
                json.WriteString("type"u8, "uri"u8);
                if (url.MediaType is { } type) json.WriteString("mime_type"u8, budget.Take(type));
                json.WriteString("uri"u8, budget.Take(WithoutQuery(url.Url)));
                break;
            case FileSource file:
                json.WriteString("type"u8, "file"u8);
                json.WriteString("file_id"u8, budget.Take(file.FileId));
                break;
            case TextSource text:
                Text(json, "text"u8, text.Text, budget);
                return;
            default:
                break;
        }

        json.WriteString("modality"u8, modality);
    }

    /// <summary>Queries of signed addresses are keys.</summary>
    internal static string WithoutQuery(string url) => url.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? url[..at] : url;

    private static bool IsJson(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            while (reader.Read()) continue;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
