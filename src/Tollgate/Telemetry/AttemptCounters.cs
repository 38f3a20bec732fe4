using System.Diagnostics.Metrics;
using System.Globalization;
using Tollgate.Metering;

namespace Tollgate.Telemetry;

/// <summary>Calls to providers, and how often one that failed was followed by another.</summary>
internal sealed class AttemptCounters
{
    private const int FirstError = 400;

    private static readonly string[] Statuses = [.. Enumerable.Range(FirstError, 200).Select(s => s.ToString(CultureInfo.InvariantCulture))];

    private readonly TaggedTotals _attempts = new();
    private readonly Counter<long> _fallbacks;

    internal AttemptCounters(Meter meter)
    {
        meter.CreateObservableCounter("tollgate.attempts", _attempts.Counts, "{attempt}", "Calls to providers that ended, by outcome.");
        _fallbacks = meter.CreateCounter<long>("tollgate.fallbacks", "{fallback}", "Calls that failed and were followed by another, by cause.");
    }

    /// <summary>Allocates nothing.</summary>
    internal void Count(RequestRecord record, RequestSeries series)
    {
        if (record.Attempts == 0) return;
        var failed = record.FailedAttempts;
        for (var i = 0; i < failed?.Count; i++)
        {
            var cause = failed[i].Error ?? Status(failed[i].Status) ?? GatewayMetrics.Unknown;
            Attempt(failed[i].Provider, "failed", cause).Count();
            var next = i + 1 < failed.Count ? failed[i + 1].Provider : record.Provider;
            if (i + 1 < record.Attempts) Fallback(failed[i].Provider, next, cause);
        }

        if (record.Attempts > (failed?.Count ?? 0)) (series.LastAttempt ??= Last(series.Kind)).Count();
    }

    /// <summary>The one that the record tells of; who left cannot have been failed.</summary>
    private TaggedTotals.Total Last(in RequestKind kind)
    {
        if (kind.Error == "client_left") return Attempt(kind.Provider, "client_left", null);
        return Status(kind.ProviderError) is { } status
            ? Attempt(kind.Provider, "failed", status)
            : Attempt(kind.Provider, kind.Error is null ? "answered" : "failed", kind.Error);
    }

    private TaggedTotals.Total Attempt(string provider, string outcome, string? cause)
    {
        var name = GatewayMetrics.Bounded(provider);
        return cause is null
            ? _attempts.Of([new("tollgate.provider", name), new("tollgate.outcome", outcome)])
            : _attempts.Of([new("tollgate.provider", name), new("tollgate.outcome", outcome), new("error.type", GatewayMetrics.Bounded(cause))]);
    }

    private void Fallback(string from, string? to, string cause) => _fallbacks.Add(
        1,
        new KeyValuePair<string, object?>("tollgate.provider", GatewayMetrics.Bounded(from)),
        new KeyValuePair<string, object?>("tollgate.fallback.provider", GatewayMetrics.Bounded(to)),
        new KeyValuePair<string, object?>("error.type", GatewayMetrics.Bounded(cause)));

    private static string? Status(int status) => status < FirstError ? null : status - FirstError < Statuses.Length ? Statuses[status - FirstError] : GatewayMetrics.Unknown;
}
