using Tollgate.Limits.Local.Keeping;

namespace Tollgate.Limits.Local;

/// <summary>One counter. Whoever holds the store's lock may use it.</summary>
/// <param name="subject">What it is kept by.</param>
/// <param name="scale">How its span is cut.</param>
internal sealed class Bucket(string subject, SlotScale scale)
{
    private readonly long[] _slots = new long[scale.Count];
    private long _newest = long.MinValue;
    private long _ends = long.MinValue;

    internal string Subject => subject;

    /// <summary>Taken in the span that ends now, reservations included, as of the last <see cref="Roll"/>.</summary>
    internal long Taken { get; private set; }

    /// <summary>The part of it that is reserved and not settled.</summary>
    internal long Held { get; set; }

    /// <summary>Reservations that are open.</summary>
    internal int Holds { get; set; }

    /// <summary>Where it outlives the process; null: nowhere yet, or its span is too short to be worth it.</summary>
    internal CounterRecord? Kept { get; set; }

    /// <summary>True: nothing would be lost if it began anew.</summary>
    internal bool IsIdle => Taken == 0 && Holds == 0;

    /// <summary>Forgets what has left the span, and gives the slot of now. A clock that goes backwards stays in the newest slot.</summary>
    internal long Roll(long now)
    {
        if (now < _ends) return _newest;
        var slot = scale.At(now);
        if (slot <= _newest) return _newest;
        var from = _newest < slot - _slots.Length ? slot - _slots.Length : _newest;
        for (var s = from + 1; s <= slot; s++)
        {
            ref var amount = ref Slot(s);
            Taken -= amount;
            amount = 0;
        }

        _ends = scale.StartOf(slot + 1);
        return _newest = slot;
    }

    /// <summary>Counts an amount, which may be negative, in a slot. What has left the span by now is counted no more.</summary>
    internal void Add(long slot, long amount)
    {
        if (slot > _newest || slot <= _newest - _slots.Length) return;
        Slot(slot) += amount;
        Taken += amount;
    }

    /// <summary>What is counted in a slot; null when it is none of those that count now.</summary>
    internal long? At(long slot) => slot > _newest || slot <= _newest - _slots.Length ? null : Slot(slot);

    /// <summary>How long until an amount has room if nothing else comes or goes: at the latest when the whole span is over.</summary>
    internal TimeSpan WaitFor(long amount, long limit, long now)
    {
        var missing = amount - (limit - Taken);
        var slot = _newest - _slots.Length;
        do
        {
            missing -= Slot(++slot);
        }
        while (missing > 0 && slot < _newest);

        var wait = scale.StartOf(slot + _slots.Length) - now;
        return TimeSpan.FromTicks(Math.Max(0, wait));
    }

    /// <summary>How long until nothing that counts now counts any more.</summary>
    internal TimeSpan UntilEmpty(long now) => TimeSpan.FromTicks(Math.Max(0, scale.Count == 1 ? _ends - now : scale.Span));

    // A division takes longer than all the rest.
    private ref long Slot(long slot) => ref _slots[_slots.Length == 1 ? 0 : slot % _slots.Length];
}
