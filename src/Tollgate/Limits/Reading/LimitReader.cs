using Tollgate.Limits.Local;
using Tollgate.Limits.Rules;

namespace Tollgate.Limits.Reading;

/// <summary>Reads what is used of limits, in this gateway's memory and in the shared store.</summary>
internal sealed class LimitReader(CounterStores stores)
{
    /// <summary>Counters that are told of a limit.</summary>
    private const int Most = 100;

    /// <summary>Questions to the shared store that are under way at a time: looking must not take it from those who count.</summary>
    private const int AtOnce = 16;

    /// <summary>Reservations that are open in memory.</summary>
    internal int OpenReservations => stores.Local.OpenReservations;

    /// <summary>How often a counter was not kept for the next process, for want of room.</summary>
    internal long Unkept => stores.Local.Unkept;

    /// <summary>True when the limit's counters are in the shared store.</summary>
    internal bool IsShared(LimitRule rule) => rule.Config.Shared && stores.HasShared;

    /// <summary>The counters in memory.</summary>
    internal List<FamilyReading> Local()
    {
        var readings = new List<FamilyReading>();
        stores.Local.Read((bucket, family) => readings.Add(Read(bucket, family)));
        return readings;
    }

    /// <summary>The shared counters that this gateway has met, and those of the rules that have one only.</summary>
    internal async Task<List<FamilyReading>> SharedAsync(IEnumerable<LimitRule> rules, CancellationToken cancellation)
    {
        if (!stores.HasShared) return [];
        var families = stores.Subjects.All().ToDictionary(family => (family.Bucket, family.Window));
        foreach (var rule in rules)
        {
            if (IsShared(rule) && rule.Config.By.IsEmpty) families[(rule.Bucket, rule.Window)] = new SharedFamily(rule.Bucket, rule.Window, rule.Limit, [""]);
        }

        var readings = new List<FamilyReading>(families.Count);
        foreach (var some in families.Values.Chunk(AtOnce)) readings.AddRange(await Task.WhenAll(some.Select(family => ReadAsync(family, cancellation))).ConfigureAwait(false));
        return readings;
    }

    private async Task<FamilyReading> ReadAsync(SharedFamily family, CancellationToken cancellation)
    {
        var counters = new List<CounterReading>();
        foreach (var subject in family.Subjects)
        {
            var taken = await stores.Shared.ReadAsync(new BucketId(family.Bucket, subject), family.Window, cancellation).ConfigureAwait(false);
            if (taken is null) return new FamilyReading(family.Bucket, family.Window, family.Limit) { IsKnown = false };
            counters.Add(new CounterReading(subject, taken.Value, null));
        }

        return new FamilyReading(family.Bucket, family.Window, family.Limit)
        {
            Count = counters.Count,
            Fullest = [.. counters.OrderByDescending(counter => counter.Taken)],
            Sum = new CounterReading("", counters.Sum(counter => counter.Taken), null),
        };
    }

    private static FamilyReading Read(string bucket, BucketFamily family) => new(bucket, family.Window, family.Limit)
    {
        Count = family.Count,
        Fullest = [.. family.Buckets.OrderByDescending(counter => counter.Taken).Take(Most).Select(Read)],
        Rest = family.Rest is { } rest ? Read(rest) : null,
        Sum = new CounterReading("", family.Buckets.Sum(counter => counter.Taken), family.Buckets.Sum(counter => counter.Held)),
    };

    private static CounterReading Read(Bucket counter) => new(counter.Subject, counter.Taken, counter.Held);
}
