using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Tollgate.Telemetry;

/// <summary>
/// Totals by their tags, for counters that every request adds to. Whoever exports them looks when it exports: adding costs one look here, and
/// not one more in each exporter that listens. Known tags take no lock and no memory; beyond a bound all that are new are one.
/// </summary>
internal sealed class TaggedTotals(int most = PrometheusExporter.DefaultMaxSeries)
{
    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", "true")];

    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], KnownSeries<Total>> _all = new(TagSetComparer.Instance);
    private readonly RecentSeries<Total> _recent = new();
    private readonly Total _rest = new();

    /// <summary>How often each was counted.</summary>
    internal IEnumerable<Measurement<long>> Counts() => All().Select(known => new Measurement<long>(known.Series.Number, known.Tags));

    /// <summary>What was added to each.</summary>
    internal IEnumerable<Measurement<double>> Amounts() => All().Select(known => new Measurement<double>(known.Series.Sum, known.Tags));

    private IEnumerable<KnownSeries<Total>> All() => _rest.IsEmpty ? _all.Values : _all.Values.Append(new KnownSeries<Total>(Overflow, _rest));

    /// <summary>The total of these tags, which stays theirs for good.</summary>
    internal Total Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_recent.Find(tags) is { } same) return same;
        var known = _all.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!known.TryGetValue(tags, out var found))
        {
            if (_all.Count >= most) return _rest;
            found = new KnownSeries<Total>(tags.ToArray(), new Total());
            if (!known.TryAdd(tags, found)) found = known[tags];
        }

        _recent.Keep(found);
        return found.Series;
    }

    internal sealed class Total
    {
        private long _number;
        private double _sum;

        internal long Number => Volatile.Read(ref _number);

        internal double Sum => Volatile.Read(ref _sum);

        internal bool IsEmpty => Number == 0;

        internal void Count() => Interlocked.Increment(ref _number);

        internal void Add(double amount)
        {
            Count();
            Series.Add(ref _sum, amount);
        }
    }
}
