using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tollgate.Metering.Reports;

/// <summary>Rows of a report as JSON and as CSV. The names are a contract: add, never rename.</summary>
public static class UsageFormat
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ImmutableArray<(string Name, Func<UsageRow, decimal> Value)> Sums =
    [
        ("requests", r => r.Requests), ("failures", r => r.Failures), ("estimated", r => r.Estimated), ("interrupted", r => r.Interrupted), ("unpriced", r => r.Unpriced),
        ("input_tokens", r => r.Input), ("cached_input_tokens", r => r.CachedInput), ("cache_creation_tokens", r => r.CacheCreation), ("output_tokens", r => r.Output),
        ("reasoning_tokens", r => r.Reasoning), ("audio_input_tokens", r => r.AudioInput), ("audio_output_tokens", r => r.AudioOutput), ("images", r => r.Images),
        ("audio_seconds", r => r.AudioSeconds), ("search_units", r => r.SearchUnits), ("web_searches", r => r.WebSearches), ("cost_usd", r => r.Cost),
    ];

    /// <summary>The words for fields in queries and reports.</summary>
    public static ImmutableArray<(string Word, UsageField Field)> Fields { get; } =
    [
        ("model", UsageField.Model), ("served_model", UsageField.ServedModel), ("provider", UsageField.Provider), ("client", UsageField.Client),
        ("key", UsageField.Key), ("team", UsageField.Team), ("organization", UsageField.Organization), ("operation", UsageField.Operation),
    ];

    /// <summary>The word for a field.</summary>
    public static string WordOf(UsageField field) => Fields.First(known => known.Field == field).Word;

    /// <summary>One object, whose <c>rows</c> are the rows. The operator's own costs are members of <c>costs</c>.</summary>
    public static byte[] Json(UsageQuery query, IReadOnlyList<UsageRow> rows)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(rows);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("from"u8, Time(query.From));
            json.WriteString("to"u8, Time(query.To));
            json.WriteStartArray("rows"u8);
            foreach (var row in rows) Write(json, query, row);
            json.WriteEndArray();
            json.WriteBoolean("is_complete"u8, rows.Count < query.Limit);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A header and a line for each row, as RFC 4180 has it. The operator's own costs are columns <c>costs.NAME</c> behind the others.</summary>
    public static byte[] Csv(UsageQuery query, IReadOnlyList<UsageRow> rows)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder();
        string[] costs = [.. rows.SelectMany(row => row.Costs).Select(cost => cost.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var names = query.By.Select(WordOf).Concat(Sums.Select(sum => sum.Name)).Concat(costs.Select(cost => Quoted("costs." + cost)));
        text.AppendJoin(',', query.Bucket == UsageBucket.All ? names : names.Prepend("start")).Append("\r\n");
        foreach (var row in rows)
        {
            var values = row.Keys.Select(Quoted).Concat(Sums.Select(sum => Number(sum.Value(row)))).Concat(costs.Select(cost => Number(Own(row, cost))));
            text.AppendJoin(',', row.Start is { } start ? values.Prepend(Time(start)) : values).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A time as reports have it: UTC, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, UsageQuery query, UsageRow row)
    {
        json.WriteStartObject();
        if (row.Start is { } start) json.WriteString("start"u8, Time(start));
        for (var i = 0; i < query.By.Length; i++) json.WriteString(WordOf(query.By[i]), row.Keys[i]);
        foreach (var (name, value) in Sums)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(Number(value(row)), skipInputValidation: true);
        }

        if (!row.Costs.IsEmpty)
        {
            json.WriteStartObject("costs"u8);
            foreach (var cost in row.Costs) json.WriteNumber(cost.Name, cost.Value ?? 0);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static long Own(UsageRow row, string name)
    {
        foreach (var cost in row.Costs)
        {
            if (cost.Name == name) return cost.Value ?? 0;
        }

        return 0;
    }

    private static string Number(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>Names come from clients: none may become a formula in a spreadsheet, or end its cell.</summary>
    private static string Quoted(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().ContainsAny("\",\r\n") ? "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : safe;
    }
}
