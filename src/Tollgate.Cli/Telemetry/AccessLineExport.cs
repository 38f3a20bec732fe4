using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tollgate.Metering;

namespace Tollgate.Cli.Telemetry;

/// <summary>
/// The access line as a log record for a collector: the members of the line are its attributes, those of nested objects with a dot
/// between the names, and the record stands in the request's span.
/// </summary>
internal sealed class AccessLineExport(ILogger logger) : IAccessLineSink
{
    internal const string Category = "Tollgate.Access";

    private static readonly EventId Request = new(1, "request");

    public void Write(RequestRecord record, ReadOnlySpan<byte> line)
    {
        var level = record.Status >= 500 ? LogLevel.Error : record.Failed ? LogLevel.Warning : LogLevel.Information;
        if (!logger.IsEnabled(level)) return;
        var attributes = new List<KeyValuePair<string, object?>>(32);
        var json = new Utf8JsonReader(line);
        json.Read();
        Collect(ref json, "", attributes);
        logger.Log(level, Request, attributes, null, Summary(record));
    }

    private static Func<List<KeyValuePair<string, object?>>, Exception?, string> Summary(RequestRecord record)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{record.Method} {record.Path} {record.Status} in {record.Duration.TotalMilliseconds:0.###} ms");
        return (_, _) => text;
    }

    /// <summary>From an opening brace to its closing one.</summary>
    private static void Collect(ref Utf8JsonReader json, string prefix, List<KeyValuePair<string, object?>> attributes)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = prefix + json.GetString();
            json.Read();
            if (json.TokenType == JsonTokenType.StartObject) Collect(ref json, name + ".", attributes);
            else attributes.Add(new(name, Value(ref json)));
        }
    }

    private static object? Value(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String: return json.GetString();
            case JsonTokenType.Number when json.TryGetInt64(out var whole): return whole;
            case JsonTokenType.Number: return json.GetDouble();
            case JsonTokenType.True or JsonTokenType.False: return json.GetBoolean();
            case JsonTokenType.StartArray:
                using (var document = JsonDocument.ParseValue(ref json)) return document.RootElement.GetRawText();
            default: return null;
        }
    }
}
