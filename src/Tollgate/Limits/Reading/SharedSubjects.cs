using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Tollgate.Limits.Reading;

/// <summary>
/// Which shared counters this gateway has met: a store answers for one counter that is named, and does not list them. Of each limit those with
/// the least left are remembered, for whoever looks at the limits; nothing is decided by it.
/// </summary>
internal sealed class SharedSubjects
{
    /// <summary>Subjects that are remembered of a limit.</summary>
    private const int Most = 10;

    /// <summary>Budgets of callers can be many.</summary>
    private const int MostLimits = 100;

    private readonly ConcurrentDictionary<(string Bucket, CounterWindow Window), Family> _families = new();

    /// <summary>A request was admitted or refused under a counter.</summary>
    internal void Note(in BucketClaim claim, long remaining)
    {
        var key = (claim.Bucket.Limit, claim.Window);
        if (!_families.TryGetValue(key, out var family))
        {
            if (_families.Count >= MostLimits) return;
            family = _families.GetOrAdd(key, static _ => new Family());
        }

        family.Limit = claim.Limit;
        family.Note(claim.Bucket.Subject, remaining);
    }

    internal ImmutableArray<SharedFamily> All() => [.. _families.Select(pair => new SharedFamily(pair.Key.Bucket, pair.Key.Window, pair.Value.Limit, pair.Value.Subjects))];

    private sealed class Family
    {
        private readonly ConcurrentDictionary<string, long> _remaining = new(StringComparer.Ordinal);

        internal long Limit { get; set; }

        internal ImmutableArray<string> Subjects => [.. _remaining.Keys];

        internal void Note(string subject, long remaining)
        {
            if (_remaining.Count < Most || _remaining.ContainsKey(subject))
            {
                _remaining[subject] = remaining;
                return;
            }

            // Races let in one or two more, or forget the wrong one: it is for looking at.
            var emptiest = _remaining.MaxBy(known => known.Value);
            if (emptiest.Value <= remaining) return;
            _remaining.TryRemove(emptiest);
            _remaining[subject] = remaining;
        }
    }
}

/// <summary>A limit that is counted in a shared store, and some of its counters.</summary>
/// <param name="Bucket">Name of the limit and what it counts.</param>
/// <param name="Window">Over what span.</param>
/// <param name="Limit">How much there is.</param>
/// <param name="Subjects">Those whose counters can be asked for.</param>
internal readonly record struct SharedFamily(string Bucket, CounterWindow Window, long Limit, ImmutableArray<string> Subjects);
