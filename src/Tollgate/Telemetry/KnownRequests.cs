using System.Collections.Concurrent;

namespace Tollgate.Telemetry;

/// <summary>
/// The series of each kind of request. Those seen last are found by comparing a few texts that are most often the same objects; others by their
/// hash, without memory or a lock. Beyond a bound a kind is put together anew each time it has been driven out of the places of the last.
/// </summary>
internal sealed class KnownRequests(LabelValues labels, int most = PrometheusExporter.DefaultMaxSeries)
{
    private const int Places = 128;

    private readonly ConcurrentDictionary<RequestKind, RequestSeries> _all = new();
    private readonly RequestSeries?[] _recent = new RequestSeries?[Places];
    private int _count;

    internal RequestSeries Of(in RequestKind kind)
    {
        ref var place = ref _recent[(uint)kind.Place % Places];
        if (Volatile.Read(ref place) is { } known && known.Kind.Equals(kind)) return known;
        var found = _all.TryGetValue(kind, out var one) ? one : Add(kind);
        Volatile.Write(ref place, found);
        return found;
    }

    private RequestSeries Add(in RequestKind kind)
    {
        var made = new RequestSeries(kind, labels);
        // Counted beside it: a dictionary's own count takes all its locks.
        if (Volatile.Read(ref _count) >= most) return made;
        var kept = _all.GetOrAdd(made.Kind, made);
        if (ReferenceEquals(kept, made)) Interlocked.Increment(ref _count);
        return kept;
    }
}
