using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Gemini's search tools in requests of OpenAI's grammar: <c>{"type": "google_search", "google_search": {exclude_domains, blocking_confidence,
/// time_range_filter: {start_time, end_time}}}</c> and <c>{"type": "enterprise_search"}</c>.
/// </summary>
internal static class SearchTools
{
    public static void Write(Utf8JsonWriter json, Tool tool, FidelityLog log, string pointer)
    {
        using var document = JsonDocument.Parse(tool.Opaque.Utf8, DeepJson.Document);
        var root = document.RootElement;
        switch (tool.OpaqueDialect == "openai.chat" ? root.Text("type"u8) : null)
        {
            case "google_search":
                root.TryObject("google_search"u8, out var options);
                WriteSearch(json, "googleSearch"u8, options, log, pointer);
                break;
            case "enterprise_search":
                root.TryObject("enterprise_search"u8, out options);
                WriteSearch(json, "enterpriseWebSearch"u8, options, log, pointer);
                break;
            default:
                log.Apply(Fidelity.ProviderTool, pointer);
                break;
        }
    }

    private static void WriteSearch(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement options, FidelityLog log, string pointer)
    {
        json.WriteStartObject();
        json.WriteStartObject(name);
        foreach (var option in options.ValueKind == JsonValueKind.Object ? options.EnumerateObject() : default)
        {
            switch (option.Name)
            {
                case "exclude_domains" or "excludeDomains":
                    WriteOption(json, "excludeDomains"u8, option.Value);
                    break;
                case "blocking_confidence" or "blockingConfidence":
                    WriteOption(json, "blockingConfidence"u8, option.Value);
                    break;
                case "time_range_filter" or "timeRangeFilter":
                    WriteRange(json, option.Value);
                    break;
                default:
                    log.Apply(Fidelity.OtherMember, $"{pointer}/{option.Name}");
                    break;
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRange(Utf8JsonWriter json, JsonElement range)
    {
        json.WriteStartObject("timeRangeFilter"u8);
        if ((range.Text("start_time"u8) ?? range.Text("startTime"u8)) is { } start) json.WriteString("startTime"u8, start);
        if ((range.Text("end_time"u8) ?? range.Text("endTime"u8)) is { } end) json.WriteString("endTime"u8, end);
        json.WriteEndObject();
    }

    private static void WriteOption(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
    }
}
