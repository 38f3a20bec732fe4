namespace Tollgate.Conformance.Tests.Otlp;

/// <summary>What a collector was told, by signal.</summary>
internal sealed class Told(IReadOnlyList<(string Path, OtlpMessage Message)> messages)
{
    public IReadOnlyList<OtlpMessage> Spans { get; } = [.. Of(messages, "/v1/traces", "resourceSpans", "scopeSpans", "spans")];

    public IReadOnlyList<OtlpMessage> Logs { get; } = [.. Of(messages, "/v1/logs", "resourceLogs", "scopeLogs", "logRecords")];

    public IReadOnlyList<OtlpMessage> Metrics { get; } = [.. Of(messages, "/v1/metrics", "resourceMetrics", "scopeMetrics", "metrics")];

    /// <summary>Who told it, once for each message.</summary>
    public IReadOnlyList<Dictionary<string, string>> Resources { get; } =
        [.. messages.SelectMany(m => m.Message.Json.EnumerateObject().SelectMany(f => m.Message.Each(f.Name, "resource"))).Select(r => r.Attributes)];

    /// <summary>The points of a histogram as they were told last.</summary>
    public IReadOnlyList<OtlpMessage> Histogram(string name) => [.. Metrics.Last(m => m.Text("name") == name).Each("histogram", "dataPoints")];

    private static IEnumerable<OtlpMessage> Of(IReadOnlyList<(string Path, OtlpMessage Message)> messages, string path, params string[] levels) =>
        messages.Where(m => m.Path == path).SelectMany(m => m.Message.Each(levels));
}
