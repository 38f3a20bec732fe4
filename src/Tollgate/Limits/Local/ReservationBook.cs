using System.Diagnostics.CodeAnalysis;

namespace Tollgate.Limits.Local;

/// <summary>
/// Reservations that are open, in the order in which they run out, and those that have run out and may still be settled: what they used counts
/// whenever it is known. Whoever holds the store's lock may use it.
/// </summary>
internal sealed class ReservationBook
{
    /// <summary>Reservations that ran out and were forgotten by whoever made them are kept no longer than these bounds.</summary>
    private const int MostRunOut = 10_000;
    private const long LongestRunOut = TimeSpan.TicksPerDay;
    private const int MostPooled = 1024;

    private readonly Dictionary<ReservationId, Reservation> _all = [];
    private readonly LinkedList<Reservation> _open = [];
    private readonly LinkedList<Reservation> _runOut = [];
    private readonly Stack<Reservation> _pool = [];

    /// <summary>Reservations that hold something.</summary>
    internal int Count => _open.Count;

    /// <exception cref="ArgumentException">The id was given before.</exception>
    internal Reservation Begin(ReservationId id, int claims)
    {
        if (_all.ContainsKey(id)) throw new ArgumentException("a reservation of this id exists: ids are used once", nameof(id));
        return Open(id, claims);
    }

    /// <summary>One that whoever asked for it brings along to settle it, so that it need not be found by its id.</summary>
    internal Reservation Open(ReservationId id, int claims)
    {
        var reservation = _pool.TryPop(out var pooled) ? pooled : new Reservation();
        reservation.Begin(id, claims);
        return reservation;
    }

    /// <summary>Keeps it. Times to live are alike, so its place is found from the end.</summary>
    /// <param name="reservation">What was reserved.</param>
    /// <param name="expires">When it ends by itself.</param>
    /// <param name="isListed">True: it is to be found by its id.</param>
    internal void Keep(Reservation reservation, long expires, bool isListed)
    {
        reservation.Expires = expires;
        if (isListed) _all.Add(reservation.Id, reservation);
        var before = _open.Last;
        while (before is not null && before.Value.Expires > expires) before = before.Previous;
        if (before is null) _open.AddFirst(reservation.Node);
        else _open.AddAfter(before, reservation.Node);
    }

    /// <summary>Takes it out: it can be settled once.</summary>
    internal bool Take(ReservationId id, [NotNullWhen(true)] out Reservation? reservation)
    {
        if (!_all.Remove(id, out reservation)) return false;
        reservation.Node.List!.Remove(reservation.Node);
        return true;
    }

    /// <summary>The same of one that was brought along. False: it was settled or forgotten, and may be another's by now.</summary>
    internal static bool Take(ReservationId id, Reservation reservation)
    {
        if (reservation.Id != id || reservation.Node.List is not { } list) return false;
        list.Remove(reservation.Node);
        return true;
    }

    /// <summary>For one that was taken out, or never kept.</summary>
    internal void Return(Reservation reservation)
    {
        reservation.Clear();
        if (_pool.Count < MostPooled) _pool.Push(reservation);
    }

    /// <summary>Ends those whose time is over.</summary>
    internal void EndDue(long now)
    {
        while (_open.First is { } first && first.Value.Expires <= now)
        {
            _open.Remove(first);
            foreach (var part in first.Value.Parts) part.End(used: 0);
            first.Value.HasRunOut = true;
            _runOut.AddLast(first);
        }

        while (_runOut.First is { } oldest && (_runOut.Count > MostRunOut || oldest.Value.Expires <= now - LongestRunOut))
        {
            _runOut.Remove(oldest);
            _all.Remove(oldest.Value.Id);
            Return(oldest.Value);
        }
    }
}
