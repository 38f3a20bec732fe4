using System.Diagnostics.CodeAnalysis;
using Tollgate.Reuse;

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

    // Threads have lists of their own, so that what one has just written is not written by others.
    private const int Places = 16;
    private const int RunOut = Places;

    private readonly Dictionary<ReservationId, Reservation> _all = [];
    private readonly ReservationList[] _lists = new ReservationList[Places + 1];
    private readonly Stack<Reservation> _pool = [];

    // Nothing runs out before this; when the one that would have is settled it stays as it is.
    private long _nextDue = long.MaxValue;

    /// <summary>Reservations that hold something.</summary>
    internal int Count
    {
        get
        {
            var count = 0;
            foreach (ref readonly var list in _lists.AsSpan(0, Places)) count += list.Count;
            return count;
        }
    }

    /// <summary>One that is to be found by its id.</summary>
    /// <exception cref="ArgumentException">The id was given before.</exception>
    internal Reservation Begin(ReservationId id)
    {
        if (_all.ContainsKey(id)) throw new ArgumentException("a reservation of this id exists: ids are used once", nameof(id));
        return _pool.TryPop(out var pooled) ? pooled : new Reservation();
    }

    /// <summary>Keeps it until it is taken out or its time is over.</summary>
    /// <param name="reservation">What was reserved.</param>
    /// <param name="expires">When it ends by itself.</param>
    /// <param name="isListed">True: it is to be found by its id.</param>
    internal void Keep(Reservation reservation, long expires, bool isListed)
    {
        reservation.Expires = expires;
        if (isListed) _all.Add(reservation.Id, reservation);
        Put(reservation, (int)(ThreadPlace.Number % Places));
        if (expires < _nextDue) _nextDue = expires;
    }

    /// <summary>Takes it out: it can be settled once.</summary>
    internal bool Take(ReservationId id, [NotNullWhen(true)] out Reservation? reservation)
    {
        if (!_all.Remove(id, out reservation)) return false;
        TakeOut(reservation);
        return true;
    }

    /// <summary>The same of one that was brought along. False: it was forgotten, long after its time was over.</summary>
    internal bool Take(ReservationId id, Reservation reservation)
    {
        if (reservation.Id != id || reservation.List < 0) return false;
        TakeOut(reservation);
        return true;
    }

    /// <summary>For one of <see cref="Begin"/> that was taken out, or never kept.</summary>
    internal void Return(Reservation reservation)
    {
        if (_pool.Count < MostPooled) _pool.Push(reservation);
    }

    /// <summary>Ends those whose time is over.</summary>
    internal void EndDue(long now)
    {
        if (now >= _nextDue) EndOpen(now);
        if (_lists[RunOut].Count > 0) Forget(now);
    }

    private void EndOpen(long now)
    {
        _nextDue = long.MaxValue;
        for (var place = 0; place < Places; place++)
        {
            while (_lists[place].First is { } first)
            {
                if (first.Expires > now)
                {
                    _nextDue = Math.Min(_nextDue, first.Expires);
                    break;
                }

                TakeOut(first);
                foreach (var part in first.Parts) part.End(used: 0);
                first.HasRunOut = true;
                Put(first, RunOut);
            }
        }
    }

    private void Forget(long now)
    {
        ref var list = ref _lists[RunOut];
        while (list.First is { } oldest && (list.Count > MostRunOut || oldest.Expires <= now - LongestRunOut))
        {
            TakeOut(oldest);
            var isListed = _all.Remove(oldest.Id);
            oldest.Clear();
            if (isListed) Return(oldest); // else it is still its holder's
        }
    }

    private void Put(Reservation reservation, int list)
    {
        _lists[list].Add(reservation);
        reservation.List = list;
    }

    private void TakeOut(Reservation reservation)
    {
        _lists[reservation.List].Remove(reservation);
        reservation.List = -1;
    }
}
