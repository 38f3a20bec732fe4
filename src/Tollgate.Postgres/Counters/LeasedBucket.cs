using Tollgate.Limits;
using Tollgate.Limits.Local;

namespace Tollgate.Postgres.Counters;

/// <summary>
/// What this gateway knows of one counter: its lease, and what it has used by slot. Whoever holds the store's lock may use it. A lease belongs to no
/// slot: what is not spent counts as taken until it is, so it can be carried over from one span to the next.
/// </summary>
internal sealed class LeasedBucket(string key, CounterWindow window)
{
    /// <summary>What is told to the database is deleted there this long after it last counted.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private readonly SlotScale _scale = new(window);
    private readonly SortedDictionary<long, Use> _uses = [];
    private IReadOnlyDictionary<long, long> _taken = new Dictionary<long, long>();
    private long _unleased;
    private long _slice;
    private long _newest = long.MinValue;

    internal string Key => key;

    /// <summary>How much there is, as was last asked.</summary>
    internal long Limit { get; set; }

    /// <summary>What may be spent without asking.</summary>
    internal long Rest { get; private set; }

    /// <summary>Timestamp at which the lease is over.</summary>
    internal long Ends { get; set; }

    /// <summary>What went from the rest into use, less what came back: a lease that was asked for before is set against it.</summary>
    internal long Moved { get; private set; }

    /// <summary>What those want together who wait for the next renewal.</summary>
    internal long Need { get; set; }

    /// <summary>Timestamp until which it is known that there is no more.</summary>
    internal long NoMoreUntil { get; set; }

    /// <summary>Timestamp of the last reservation.</summary>
    internal long LastUse { get; set; }

    /// <summary>A report that is under way; completes with whether it got through.</summary>
    internal Task<bool>? Renewal { get; set; }

    internal bool IsDirty => _uses.Values.Any(use => use.IsDirty);

    /// <summary>True: nothing would be lost if it was forgotten here.</summary>
    internal bool IsEmpty => Rest == 0 && Renewal is null && _uses.Values.All(use => use is { Held: 0, IsDirty: false });

    /// <summary>True: half of the slice is spent.</summary>
    internal bool IsLow => Rest < _slice / 2;

    /// <summary>What this gateway could have at most, as far as is known.</summary>
    internal long Remaining => Math.Max(0, Rest + _unleased);

    /// <summary>The slot of now, after what counts no more is forgotten. A clock that goes backwards stays in the newest slot.</summary>
    internal long Roll(long now)
    {
        _newest = Math.Max(_newest, _scale.At(now));
        while (_uses.Count > 0 && _uses.First() is { Value: { Held: 0, IsDirty: false } } oldest && oldest.Key < Oldest) _uses.Remove(oldest.Key);
        return _newest;
    }

    internal void Hold(long slot, long amount)
    {
        var use = UseOf(slot);
        use.Held += amount;
        Spend(amount);
    }

    /// <summary>Ends what was held with what was used; <paramref name="used"/> of 0 gives it back.</summary>
    internal void Settle(long slot, long held, long used)
    {
        var use = UseOf(slot);
        use.Held -= held;
        use.Settled += used;
        if (slot >= Oldest) Spend(used - held); // else others may have leased already what left the span with its slot
    }

    /// <summary>Takes back a <see cref="Hold"/> that came to nothing.</summary>
    internal void Undo(long slot, long amount) => Settle(slot, amount, 0);

    /// <summary>What to tell the database. What is not kept can be spent no more from now on.</summary>
    internal LeaseReport Report(bool wantsMore, bool isValid)
    {
        if (!isValid || !wantsMore) Rest = Math.Min(Rest, 0);
        var uses = new List<SlotUse>();
        foreach (var (slot, use) in _uses)
        {
            if (!use.IsDirty) continue;
            uses.Add(new SlotUse(slot, use.Settled, use.Held, DateTime.UnixEpoch.AddTicks(_scale.StartOf(slot + _scale.Count)) + Margin));
            use.IsDirty = false;
        }

        var report = new LeaseReport(key, uses, Oldest, Limit, Math.Max(0, Rest), Need, wantsMore) { Moved = Moved };
        Need = 0;
        return report;
    }

    /// <summary>The report did not get through: it has to be made again, and what the lease is now is not known.</summary>
    internal void Failed(LeaseReport report)
    {
        foreach (var use in report.Uses) UseOf(use.Slot).IsDirty = true;
    }

    internal void Granted(LeaseReport report, LeaseGrant grant)
    {
        Rest = grant.Rest - (Moved - report.Moved);
        (_slice, _unleased, _taken) = (grant.Rest, grant.Unleased, grant.Taken);
    }

    /// <summary>How long until an amount has room, as far as is known: at the latest when the whole span is over.</summary>
    internal TimeSpan WaitFor(long amount, long now)
    {
        var missing = amount - Remaining;
        var slot = Oldest;
        while (true)
        {
            missing -= _taken.GetValueOrDefault(slot);
            if (missing <= 0 || slot >= _newest) break;
            slot++;
        }

        return TimeSpan.FromTicks(Math.Max(0, _scale.StartOf(slot + _scale.Count) - now));
    }

    internal TimeSpan UntilEmpty(long now) => TimeSpan.FromTicks(Math.Max(0, _scale.Count == 1 ? _scale.StartOf(_newest + 1) - now : _scale.Span));

    /// <summary>The oldest slot that counts.</summary>
    internal long Oldest => _newest - _scale.Count + 1;

    private void Spend(long amount)
    {
        Rest -= amount;
        Moved += amount;
    }

    private Use UseOf(long slot)
    {
        if (!_uses.TryGetValue(slot, out var use)) _uses[slot] = use = new Use();
        use.IsDirty = true;
        return use;
    }

    private sealed class Use
    {
        internal long Settled { get; set; }

        internal long Held { get; set; }

        internal bool IsDirty { get; set; }
    }
}
