using System.Collections.Immutable;
using System.Text.Json;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;

namespace Tollgate.Configuration;

/// <summary>What is told of requests, as the admin port shows it.</summary>
internal static class TelemetryDump
{
    internal static void Write(Utf8JsonWriter json, TelemetryConfig telemetry)
    {
        json.WriteStartObject("telemetry"u8);
        json.WriteString("logLevel"u8, TelemetryShapes.Levels.FirstOrDefault(word => TelemetryBinder.Level(word) == telemetry.LogLevel) ?? telemetry.LogLevel.ToString());
        Headers(json, "requestHeaders", telemetry.RequestHeaders);
        Headers(json, "metricHeaders", telemetry.MetricHeaders);
        json.WriteStartObject("requestId"u8);
        json.WriteString("header"u8, telemetry.RequestId.Header);
        json.WriteBoolean("accept"u8, telemetry.RequestId.Accept);
        json.WriteBoolean("send"u8, telemetry.RequestId.Send);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Headers(Utf8JsonWriter json, string name, ImmutableArray<KeyValuePair<string, string>> headers)
    {
        json.WriteStartObject(name);
        foreach (var (header, attribute) in headers) json.WriteString(header, attribute);
        json.WriteEndObject();
    }
}
