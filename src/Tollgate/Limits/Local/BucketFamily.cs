namespace Tollgate.Limits.Local;

/// <summary>
/// The counters of one limit. Values of headers come from callers, so there is a bound: beyond it, whoever has no counter yet shares one with
/// all others who have none. They are limited together, and no memory grows.
/// </summary>
/// <param name="window">Over what span.</param>
/// <param name="most">How many counters there may be.</param>
internal sealed class BucketFamily(CounterWindow window, int most)
{
    /// <summary>Below this many, looking for idle ones is not worth it.</summary>
    private const int WorthSweeping = 1024;

    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly SlotScale _scale = new(window);
    private Bucket? _rest;
    private int _sweepAt = Math.Min(WorthSweeping, most);
    private long _sweepAfter;

    internal CounterWindow Window => window;

    /// <summary>How much each may have, as was asked last; 0 before.</summary>
    internal long Limit { get; set; }

    /// <summary>How many counters there are.</summary>
    internal int Count => _buckets.Count;

    /// <summary>The counter that those share who found no room for one of their own; null while there is room.</summary>
    internal Bucket? Rest => _rest;

    internal IReadOnlyCollection<Bucket> Buckets => _buckets.Values;

    /// <summary>The subject's counter.</summary>
    internal Bucket Get(string subject, long now)
    {
        if (now >= _sweepAfter) Sweep(now);
        if (_buckets.TryGetValue(subject, out var bucket)) return bucket;
        if (_buckets.Count >= _sweepAt) Sweep(now);
        if (_buckets.Count >= most) return _rest ??= new Bucket("", _scale);
        return _buckets[subject] = new Bucket(subject, _scale);
    }

    internal Bucket? Find(string subject) => _buckets.GetValueOrDefault(subject);

    /// <summary>Drops idle counters: when there are twice as many as were left the last time, and whenever a span has passed, but not more often than each minute.</summary>
    private void Sweep(long now)
    {
        foreach (var (subject, bucket) in _buckets)
        {
            bucket.Roll(now);
            if (bucket.IsIdle) _buckets.Remove(subject);
        }

        _rest?.Roll(now);
        if (_rest is { IsIdle: true }) _rest = null;
        _sweepAt = Math.Min(Math.Max(WorthSweeping, _buckets.Count * 2), most);
        _sweepAfter = now + Math.Max(TimeSpan.TicksPerMinute, Math.Min(_scale.Span, TimeSpan.TicksPerHour));
    }
}
