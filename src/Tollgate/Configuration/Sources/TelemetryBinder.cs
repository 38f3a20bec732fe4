using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of <c>telemetry</c> and <c>accessLog</c>.</summary>
internal sealed class TelemetryBinder(ICollection<ConfigProblem> problems)
{
    private static readonly FrozenSet<string> Credentials = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token");

    public static AccessLogConfig AccessLog(YamlMap? map) => new(
        map?.Flag("enabled") ?? true,
        map?.Flag("bodies") ?? false,
        double.TryParse(map?.Text("sample"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) ? share : 1);

    public TelemetryConfig Bind(YamlMap? map)
    {
        var defaults = new TelemetryConfig();
        if (map is null) return defaults;
        return new TelemetryConfig
        {
            LogLevel = map.Text("logLevel") is { } level ? Level(level) ?? defaults.LogLevel : defaults.LogLevel,
            RequestHeaders = map.Map("requestHeaders") is { } headers ? Headers(headers, "requestHeaders") : defaults.RequestHeaders,
            MetricHeaders = Headers(map.Map("metricHeaders"), "metricHeaders"),
            RequestId = RequestId(map.Map("requestId"), defaults.RequestId),
        };
    }

    /// <summary>The level of that word, or null.</summary>
    internal static LogLevel? Level(string word) => TelemetryShapes.Levels.IndexOf(word) switch
    {
        0 => LogLevel.Debug,
        1 => LogLevel.Information,
        2 => LogLevel.Warning,
        3 => LogLevel.Error,
        4 => LogLevel.None,
        _ => null,
    };

    private static RequestIdConfig RequestId(YamlMap? map, RequestIdConfig defaults) =>
        map is null ? defaults : new RequestIdConfig(map.Text("header") ?? defaults.Header, map.Flag("accept") ?? defaults.Accept, map.Flag("send") ?? defaults.Send);

    private ImmutableArray<KeyValuePair<string, string>> Headers(YamlMap? map, string key)
    {
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var entry in map?.Entries ?? [])
        {
            if (Complaint(entry.Key, map!.Text(entry.Key)) is { } complaint) problems.Error(entry.Place, $"telemetry.{key}.{entry.Key}: {complaint}");
            else if (map!.Text(entry.Key) is { } attribute) headers.Add(KeyValuePair.Create(entry.Key, attribute));
        }

        return headers.ToImmutable();
    }

    private static string? Complaint(string header, string? attribute)
    {
        if (Credentials.Contains(header)) return "this header holds a key, which must be on no span, metric or log: remove it";
        if (HeaderRules.NameComplaint(header) is { } complaint) return complaint;
        return attribute is not null && (attribute.StartsWith("gen_ai.", StringComparison.Ordinal) || attribute.StartsWith("tollgate.", StringComparison.Ordinal) || attribute == "error.type")
            ? $"{attribute} is the gateway's own: choose another name"
            : null;
    }
}
