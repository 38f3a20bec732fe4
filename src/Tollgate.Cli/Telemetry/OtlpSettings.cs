using System.Globalization;
using Tollgate.Configuration;

namespace Tollgate.Cli.Telemetry;

/// <summary>What the standard <c>OTEL_*</c> variables ask for. Nothing of it is on unless one of them says so.</summary>
/// <param name="Traces">Spans are exported.</param>
/// <param name="Metrics">Metrics are exported, beside <c>/metrics</c>.</param>
/// <param name="Logs">Log messages are exported, beside standard error.</param>
/// <param name="Defaults">Values for variables that are not set.</param>
internal sealed record OtlpSettings(bool Traces, bool Metrics, bool Logs, IReadOnlyDictionary<string, string?> Defaults)
{
    // The sampler whose draws the gateway can make itself.
    private const string RatioSampler = "parentbased_traceidratio";

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string GrpcPort = ":4317";

    /// <summary>
    /// The share of the traces that begin here that are recorded, where the gateway can draw before anything is made for the others. Null:
    /// the library draws. So it does where log messages are exported, which belong to traces that are not recorded, too.
    /// </summary>
    internal double? RootShare { get; private init; }

    internal bool IsOff => !Traces && !Metrics && !Logs;

    /// <exception cref="ConfigurationException">A variable holds what this exporter cannot do.</exception>
    internal static OtlpSettings Read(Func<string, string?> environment)
    {
        var problems = new List<ConfigProblem>();
        string? Value(string name) => environment(name)?.Trim() is { Length: > 0 } value ? value : null;
        var off = string.Equals(Value("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        bool IsOn(string signal) => !off && Exports(signal, Value, problems);
        foreach (var name in (string[])[Protocol, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"])
        {
            if (!off && Value(name) is { } protocol and not ("grpc" or "http/protobuf")) problems.Add(Problem(name, protocol, "write grpc or http/protobuf"));
        }

        var settings = new OtlpSettings(IsOn("TRACES"), IsOn("METRICS"), IsOn("LOGS"), DefaultsFor(Value));
        if (settings is { Traces: true, Logs: false }) settings = settings with { RootShare = ShareOf(Value) };
        return problems.Count == 0 ? settings : throw new ConfigurationException(problems);
    }

    /// <summary>An exporter that is named decides; else an endpoint says that somebody wants to be told.</summary>
    private static bool Exports(string signal, Func<string, string?> value, List<ConfigProblem> problems)
    {
        var name = $"OTEL_{signal}_EXPORTER";
        if (value(name) is not { } exporters) return value(Endpoint) is not null || value($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is not null;
        var on = false;
        foreach (var exporter in exporters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (exporter == "otlp") on = true;
            else if (exporter != "none") problems.Add(Problem(name, exporter, "write otlp or none; Prometheus scrapes /metrics on the admin port without any of this"));
        }

        return on;
    }

    // What the library would not take it does not get from here: then it says so and records all.
    private static double? ShareOf(Func<string, string?> value) =>
        value("OTEL_TRACES_SAMPLER") == RatioSampler
        && double.TryParse(value("OTEL_TRACES_SAMPLER_ARG"), NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            ? share
            : null;

    private static Dictionary<string, string?> DefaultsFor(Func<string, string?> value)
    {
        // The protocol's own port tells it; anywhere else the specification's default holds, which is not this library's.
        var grpc = value(Endpoint)?.TrimEnd('/').EndsWith(GrpcPort, StringComparison.Ordinal) == true;
        var defaults = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [Protocol] = grpc ? "grpc" : "http/protobuf",
            ["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"] = 4096.ToString(CultureInfo.InvariantCulture), // OpenInference numbers messages in attribute names
        };
        if (value("OTEL_RESOURCE_ATTRIBUTES")?.Contains("service.name=", StringComparison.Ordinal) != true) defaults["OTEL_SERVICE_NAME"] = "tollgate";
        return defaults;
    }

    private static ConfigProblem Problem(string name, string value, string mend) => new(SourcePlace.Nowhere(name), $"'{value}' is not to be had here: {mend}");
}
