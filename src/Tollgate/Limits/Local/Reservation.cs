namespace Tollgate.Limits.Local;

/// <summary>What one reservation holds of which counters. Used again by whoever made it, when it is over.</summary>
internal sealed class Reservation
{
    private Part[] _parts = new Part[4];
    private ClaimRoom[] _rooms = new ClaimRoom[4];

    internal ReservationId Id { get; private set; }

    /// <summary>When it ends by itself, in ticks since 1970.</summary>
    internal long Expires { get; set; }

    /// <summary>True: its time to live was over before anybody settled it. What it held counts no more.</summary>
    internal bool HasRunOut { get; set; }

    /// <summary>Where it stands among the others. For their list alone.</summary>
    internal Reservation? Previous { get; set; }

    /// <summary>The one that runs out after it. For their list alone.</summary>
    internal Reservation? Next { get; set; }

    /// <summary>Which list of its <see cref="ReservationBook"/> it is in; below 0: in none.</summary>
    internal int List { get; set; } = -1;

    internal int Count { get; private set; }

    internal Span<Part> Parts => _parts.AsSpan(0, Count);

    internal Memory<ClaimRoom> Rooms => _rooms.AsMemory(0, Count);

    internal void Begin(ReservationId id, int claims)
    {
        (Id, Count, HasRunOut) = (id, claims, false);
        if (_parts.Length >= claims) return;
        _parts = new Part[claims];
        _rooms = new ClaimRoom[claims];
    }

    /// <summary>Lets go of the counters, so that one that waits for its next use keeps none of them alive.</summary>
    internal void Clear()
    {
        Parts.Clear();
        Count = 0;
        Id = default;
    }

    /// <param name="Family">The limit's counters.</param>
    /// <param name="Bucket">The one that it holds something of.</param>
    /// <param name="Slot">The slot that it was admitted in: it counts there, whenever it is settled.</param>
    /// <param name="Amount">How much it holds.</param>
    internal readonly record struct Part(BucketFamily Family, Bucket Bucket, long Slot, long Amount)
    {
        /// <summary>Takes back what is held, and counts what was used instead.</summary>
        internal void End(long used)
        {
            Bucket.Add(Slot, used - Amount);
            Bucket.Held -= Amount;
            Bucket.Holds--;
        }
    }
}
