using System.Runtime.CompilerServices;

namespace Tollgate.Limits.Local;

/// <summary>Reservations in the order in which they run out. Nothing is made for one that comes in.</summary>
internal struct ReservationList
{
    private Room _room;

    /// <summary>The one that runs out first; null when there is none.</summary>
    internal Reservation? First { get; private set; }

    internal Reservation? Last { get; private set; }

    internal int Count { get; private set; }

    /// <summary>Puts one in its place, which is looked for from the end: times to live are alike.</summary>
    internal void Add(Reservation one)
    {
        var before = Last;
        while (before is not null && before.Expires > one.Expires) before = before.Previous;
        var behind = before is null ? First : before.Next;
        (one.Previous, one.Next) = (before, behind);
        if (before is null) First = one;
        else before.Next = one;
        if (behind is null) Last = one;
        else behind.Previous = one;
        Count++;
    }

    /// <summary>Takes one out that is in it.</summary>
    internal void Remove(Reservation one)
    {
        if (one.Previous is { } before) before.Next = one.Next;
        else First = one.Next;
        if (one.Next is { } behind) behind.Previous = one.Previous;
        else Last = one.Previous;
        one.Previous = one.Next = null;
        Count--;
    }

    // Lists stand side by side and are written to by different processors, which would take a line of their caches from each other.
    [InlineArray(12)]
    private struct Room
    {
        private long _first;
    }
}
