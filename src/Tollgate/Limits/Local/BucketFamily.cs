using Tollgate.Limits.Local.Keeping;

namespace Tollgate.Limits.Local;

/// <summary>
/// The counters of one limit. Values of headers come from callers, so there is a bound: beyond it, whoever has no counter yet shares one with
/// all others who have none. They are limited together, and no memory grows.
/// </summary>
/// <param name="name">Name of the limit and what it counts.</param>
/// <param name="window">Over what span.</param>
/// <param name="most">How many counters there may be.</param>
internal sealed class BucketFamily(string name, CounterWindow window, int most)
{
    /// <summary>Below this many, looking for idle ones is not worth it.</summary>
    private const int WorthSweeping = 1024;

    /// <summary>Spans shorter than this, in seconds, are over soon after a restart.</summary>
    private const long WorthKeeping = 3600;

    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly SlotScale _scale = new(window);
    private Bucket? _rest;
    private int _sweepAt = Math.Min(WorthSweeping, most);
    private long _sweepAfter;

    internal CounterWindow Window => window;

    /// <summary>Where counters outlive the process; null: nowhere.</summary>
    internal CounterFile? File { get; set; }

    private bool IsWorthKeeping => window.Seconds is 0 or >= WorthKeeping;

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

    /// <summary>Keeps what was used in a slot, where this outlives the process.</summary>
    internal void Keep(Bucket bucket, long slot, long used)
    {
        if (used == 0 || File is null || !IsWorthKeeping) return;
        bucket.Kept ??= File.TryAdd(name, window, bucket.Subject, ReferenceEquals(bucket, _rest));
        if (!File.IsClosed) bucket.Kept?.Add(slot, _scale.Count, used);
    }

    /// <summary>Takes over a counter of another process, as far as this one has counted less.</summary>
    /// <param name="kept">The counter.</param>
    /// <param name="record">Its place in this process's file; null: it is in another one.</param>
    /// <param name="now">The time.</param>
    /// <returns>False: nothing of it counts now, or not any more than here.</returns>
    internal bool Restore(KeptCounter kept, CounterRecord? record, long now)
    {
        var bucket = kept.IsRest ? _rest ??= new Bucket("", _scale) : Get(kept.Subject, now);
        bucket.Roll(now);
        var isRestored = false;
        foreach (var (slot, used) in kept.Slots)
        {
            if (bucket.At(slot) is not { } known || known >= used) continue;
            bucket.Add(slot, used - known);
            if (record is null) Keep(bucket, slot, used - known);
            isRestored = true;
        }

        if (isRestored && record is not null) bucket.Kept = record;
        return isRestored;
    }

    internal Bucket? Find(string subject) => _buckets.GetValueOrDefault(subject);

    /// <summary>Drops idle counters: when there are twice as many as were left the last time, and whenever a span has passed, but not more often than each minute.</summary>
    private void Sweep(long now)
    {
        foreach (var (subject, bucket) in _buckets)
        {
            bucket.Roll(now);
            if (!bucket.IsIdle) continue;
            _buckets.Remove(subject);
            Release(bucket);
        }

        _rest?.Roll(now);
        if (_rest is { IsIdle: true })
        {
            Release(_rest);
            _rest = null;
        }

        _sweepAt = Math.Min(Math.Max(WorthSweeping, _buckets.Count * 2), most);
        _sweepAfter = now + Math.Max(TimeSpan.TicksPerMinute, Math.Min(_scale.Span, TimeSpan.TicksPerHour));
    }

    private void Release(Bucket bucket)
    {
        if (bucket.Kept is { } kept) File?.Release(kept);
        bucket.Kept = null;
    }
}
