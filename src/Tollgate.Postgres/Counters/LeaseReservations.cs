using System.Diagnostics.CodeAnalysis;
using Tollgate.Limits;

namespace Tollgate.Postgres.Counters;

/// <summary>Reservations of this gateway. Those that have run out are kept for a while: what they used counts whenever it is known.</summary>
internal sealed class LeaseReservations
{
    private const int MostRunOut = 10_000;

    private readonly Dictionary<ReservationId, LeaseReservation> _all = [];
    private readonly PriorityQueue<ReservationId, long> _due = new();
    private readonly Queue<ReservationId> _runOut = new();

    /// <summary>Keeps one until it is settled or its time is over.</summary>
    internal void Keep(ReservationId id, LeasePart[] parts, long expires)
    {
        _all[id] = new LeaseReservation(parts);
        _due.Enqueue(id, expires);
    }

    /// <summary>Keeps one that holds nothing: somebody else admitted it.</summary>
    internal void KeepEmpty(ReservationId id, LeasePart[] parts) => RunOut(id, new LeaseReservation(parts) { HasRunOut = true });

    /// <summary>Takes it out: it can be settled once.</summary>
    internal bool Take(ReservationId id, [NotNullWhen(true)] out LeaseReservation? reservation) => _all.Remove(id, out reservation);

    /// <summary>Ends those whose time is over.</summary>
    internal void EndDue(long now)
    {
        while (_due.TryPeek(out var id, out var expires) && expires <= now)
        {
            _due.Dequeue();
            if (!_all.TryGetValue(id, out var reservation)) continue;
            foreach (var part in reservation.Parts)
            {
                part.Bucket.Roll(now);
                part.Bucket.Undo(part.Slot, part.Amount);
            }

            RunOut(id, reservation with { HasRunOut = true });
        }
    }

    private void RunOut(ReservationId id, LeaseReservation reservation)
    {
        _all[id] = reservation;
        _runOut.Enqueue(id);
        if (_runOut.Count > MostRunOut && _all.GetValueOrDefault(_runOut.Peek()) is not { HasRunOut: false }) _all.Remove(_runOut.Dequeue());
    }
}

/// <summary>What one reservation holds.</summary>
/// <param name="Parts">Of which counters, in the claims' order.</param>
internal sealed record LeaseReservation(LeasePart[] Parts)
{
    /// <summary>True: it holds nothing any more.</summary>
    internal bool HasRunOut { get; init; }
}

/// <param name="Bucket">The counter.</param>
/// <param name="Slot">The slot that it was admitted in.</param>
/// <param name="Amount">How much it holds.</param>
internal readonly record struct LeasePart(LeasedBucket Bucket, long Slot, long Amount);
