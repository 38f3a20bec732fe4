using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Metering.Reports;

namespace Tollgate.Endpoints.Usage;

/// <summary>Writes buckets as OpenAI's usage API does; the amount as its costs API does.</summary>
internal static class UsagePageWriter
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Write(UsagePage page, UsageQuery query, IReadOnlyList<UsageRow> rows)
    {
        var byStart = rows.ToLookup(row => row.Start!.Value.ToUnixTimeSeconds());
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "page"u8);
            json.WriteStartArray("data"u8);
            foreach (var start in page.Buckets) Write(json, page, query, start, byStart[start]);
            json.WriteEndArray();
            json.WriteBoolean("has_more"u8, page.Next is not null);
            if (page.Next is { } next) json.WriteString("next_page"u8, next.ToString(CultureInfo.InvariantCulture));
            else json.WriteNull("next_page"u8);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, UsagePage page, UsageQuery query, long start, IEnumerable<UsageRow> rows)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "bucket"u8);
        json.WriteNumber("start_time"u8, start);
        json.WriteNumber("end_time"u8, start + UsagePage.Seconds(page.Width));
        json.WriteStartArray("results"u8);
        foreach (var row in rows) Write(json, query, row);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, UsageQuery query, UsageRow row)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "usage.result"u8);
        json.WriteNumber("num_model_requests"u8, row.Requests);
        json.WriteNumber("input_tokens"u8, row.Input);
        json.WriteNumber("input_cached_tokens"u8, row.CachedInput);
        json.WriteNumber("output_tokens"u8, row.Output);
        json.WriteNumber("input_audio_tokens"u8, row.AudioInput);
        json.WriteNumber("output_audio_tokens"u8, row.AudioOutput);
        json.WriteNumber("images"u8, row.Images);
        json.WriteStartObject("amount"u8);
        json.WriteNumber("value"u8, row.Cost);
        json.WriteString("currency"u8, "usd"u8);
        json.WriteEndObject();
        Key(json, "model", query, row, UsageField.Model);
        Key(json, "api_key_id", query, row, UsageField.Key);
        json.WriteEndObject();
    }

    private static void Key(Utf8JsonWriter json, string name, UsageQuery query, UsageRow row, UsageField field)
    {
        var at = query.By.IndexOf(field);
        if (at < 0 || row.Keys[at].Length == 0) json.WriteNull(name);
        else json.WriteString(name, row.Keys[at]);
    }
}
