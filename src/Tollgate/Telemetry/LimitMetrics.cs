using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tollgate.Limits;
using Tollgate.Limits.Local;
using Tollgate.Limits.Rules;

namespace Tollgate.Telemetry;

/// <summary>What limits look like in metrics. Names of limits are the operator's, but callers' budgets can be many: 100 are told apart.</summary>
internal sealed class LimitMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _rejected;
    private readonly LabelValues _names = new();
    private readonly ConcurrentDictionary<string, LimitRule> _local = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, double> _shared = new(StringComparer.Ordinal);
    private readonly LocalCounterStore _store;
    private long _uncertain;

    /// <param name="stores">Where the counters are.</param>
    /// <param name="factory">Owner of the meter; null makes one that this object owns.</param>
    public LimitMetrics(CounterStores stores, IMeterFactory? factory = null)
    {
        _store = stores.Local;
        _meter = factory is null ? new Meter(GatewayMetrics.MeterName) : factory.Create(new MeterOptions(GatewayMetrics.MeterName));
        _rejected = _meter.CreateCounter<long>("tollgate.limit.rejected", "{request}", "Requests that a limit refused, or in shadow mode would have refused.");
        _meter.CreateObservableGauge("tollgate.limit.remaining", Remaining, "1", "Share of a limit that is left, from 0 to 1: of the counter with the least left.");
        _meter.CreateObservableCounter("tollgate.limit.uncertain", () => Volatile.Read(ref _uncertain), "{request}", "Requests whose limits were decided without the store, or not settled, because it could not be asked.");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>A limit refused, or would have.</summary>
    internal void Rejected(LimitRule rule) => _rejected.Add(
        1,
        new KeyValuePair<string, object?>("limit", _names.Bound("limit", rule.Name)),
        new KeyValuePair<string, object?>("shadow", rule.Config.Shadow ? "true" : "false"));

    /// <summary>A store could not be asked.</summary>
    internal void Uncertain() => Interlocked.Increment(ref _uncertain);

    /// <summary>A limit's counter has this much left. Of shared ones nobody else here knows.</summary>
    internal void Seen(LimitRule rule, long remaining)
    {
        if (rule.Config.Shared)
        {
            if (IsTold(rule.Name, _shared.Count, _shared.ContainsKey(rule.Name))) _shared[rule.Name] = Share(remaining, rule.Limit);
        }
        else if (ReferenceEquals(rule.SeenBy, this))
        {
            return;
        }
        else if (!(_local.TryGetValue(rule.Bucket, out var known) && ReferenceEquals(known, rule)) && IsTold(rule.Name, _local.Count, known is not null))
        {
            _local[rule.Bucket] = rule;
            rule.SeenBy = this;
        }
    }

    private static bool IsTold(string name, int count, bool isKnown) => name.Length > 0 && (isKnown || count < LabelValues.Most);

    private static double Share(long remaining, long limit) => Math.Clamp((double)remaining / limit, 0, 1);

    private List<Measurement<double>> Remaining()
    {
        var measured = new List<Measurement<double>>();
        _store.Read((name, family) =>
        {
            if (!_local.TryGetValue(name, out var rule) || family.Window != rule.Window) return;
            var most = family.Rest?.Taken ?? 0;
            foreach (var bucket in family.Buckets) most = Math.Max(most, bucket.Taken);
            measured.Add(Of(rule.Name, Share(rule.Limit - most, rule.Limit)));
        });
        foreach (var (name, share) in _shared) measured.Add(Of(name, share));
        return measured;
    }

    private static Measurement<double> Of(string limit, double share) => new(share, new KeyValuePair<string, object?>("limit", limit));
}
