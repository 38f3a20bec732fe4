using System.Runtime.CompilerServices;
using Tollgate.Limits.Local.Keeping;

namespace Tollgate.Limits.Local;

/// <summary>
/// Counts in memory, for one gateway. It outlives configurations, so that a limit that is edited keeps what was used. One short lock holds
/// everything together: claims of one request are reserved together or not at all, without a race.
/// </summary>
internal sealed class LocalCounterStore(TimeProvider time, int most = LocalCounterStore.Most) : ICounterStore
{
    /// <summary>Counters that one limit may have; see <see cref="BucketFamily"/>.</summary>
    internal const int Most = 50_000;

    // Requests bring the same texts as those before them, which are told apart by where they are.
    private const int RecentFamilies = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Limit, CounterWindow Window), BucketFamily> _families = [];
    private readonly ReservationBook _book = new();
    private readonly RecentFamily[] _recent = new RecentFamily[RecentFamilies];
    private CounterFile? _file;

    /// <summary>Reservations that are open.</summary>
    internal int OpenReservations
    {
        get
        {
            lock (_lock) return _book.Count;
        }
    }

    /// <summary>How often a counter was not kept for the next process, for want of room.</summary>
    internal long Unkept
    {
        get
        {
            lock (_lock) return _file?.Left ?? 0;
        }
    }

    private long Now => TicksOf(time.GetUtcNow());

    public ValueTask<Admission> ReserveAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, TimeSpan timeToLive, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var now = Now;
        lock (_lock)
        {
            _book.EndDue(now);
            var reservation = _book.Begin(id);
            var admission = Reserve(id, claims.Span, timeToLive, now, reservation, isListed: true);
            if (reservation.List < 0) _book.Return(reservation);
            return new(admission);
        }
    }

    /// <summary>The same at a time that whoever asks has read, with an object that it brings along to settle it by, and uses again then: nothing has to be found, or handed from processor to processor.</summary>
    internal Admission Reserve(ReservationId id, ReadOnlySpan<BucketClaim> claims, TimeSpan timeToLive, Reservation reservation, DateTimeOffset now)
    {
        var ticks = TicksOf(now);
        lock (_lock)
        {
            _book.EndDue(ticks);
            return Reserve(id, claims, timeToLive, ticks, reservation, isListed: false);
        }
    }

    /// <summary>Ends a reservation that was brought along.</summary>
    internal void Settle(ReservationId id, Reservation reservation, ReadOnlySpan<long> used)
    {
        var now = Now;
        lock (_lock)
        {
            _book.EndDue(now);
            if (_book.Take(id, reservation)) Settle(reservation, used, now);
        }
    }

    public ValueTask SettleAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ReadOnlyMemory<long> used)
    {
        var now = Now;
        lock (_lock)
        {
            _book.EndDue(now);
            if (_book.Take(id, out var reservation))
            {
                Settle(reservation, used.Span, now);
                _book.Return(reservation);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<long?> ReadAsync(BucketId bucket, CounterWindow window, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var now = Now;
            _book.EndDue(now);
            if (_families.GetValueOrDefault((bucket.Limit, window))?.Find(bucket.Subject) is not { } found) return new(0);
            found.Roll(now);
            return new(found.Taken);
        }
    }

    /// <summary>Calls back for every limit that has counters, while nobody else can count.</summary>
    internal void Read(Action<string, BucketFamily> reader)
    {
        lock (_lock)
        {
            var now = Now;
            _book.EndDue(now);
            foreach (var ((limit, _), family) in _families)
            {
                foreach (var bucket in family.Buckets) bucket.Roll(now);
                family.Rest?.Roll(now);
                reader(limit, family);
            }
        }
    }

    /// <summary>Goes on where the process was that had this file before, and keeps in it what is used from now on.</summary>
    /// <returns>Counters that were taken over.</returns>
    internal int Keep(CounterFile file)
    {
        lock (_lock)
        {
            _file = file;
            foreach (var family in _families.Values) family.File = file;
            var taken = 0;
            foreach (var (counter, record) in file.ReadOwn())
            {
                if (Family(counter.Name, counter.Window).Restore(counter, record, Now)) taken++;
                else file.Release(record);
            }

            return taken;
        }
    }

    /// <summary>Takes over counters of another process, as far as this one has counted less.</summary>
    /// <returns>How many.</returns>
    internal int Merge(IEnumerable<KeptCounter> counters)
    {
        lock (_lock) return counters.Count(counter => Family(counter.Name, counter.Window).Restore(counter, null, Now));
    }

    /// <summary>Leaves the file to the next process. What is used from now on is in memory alone.</summary>
    internal void Leave()
    {
        lock (_lock) _file?.Dispose();
    }

    private static long TicksOf(DateTimeOffset now) => now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;

    private Admission Reserve(ReservationId id, ReadOnlySpan<BucketClaim> claims, TimeSpan timeToLive, long now, Reservation reservation, bool isListed)
    {
        if (claims.IsEmpty) return new Admission(IsAdmitted: true, -1, long.MaxValue, TimeSpan.Zero);
        reservation.Begin(id, claims.Length);
        Take(reservation, claims, now);
        var refused = Verdicts.Refusing(claims, reservation.Rooms.Span);
        if (refused >= 0) return GiveUp(reservation, claims, refused);

        _book.Keep(reservation, now + Math.Max(0, timeToLive.Ticks), isListed);
        Tell(reservation, claims);
        var tightest = Verdicts.Tightest(claims, reservation.Rooms.Span);
        var room = reservation.Rooms.Span[tightest];
        return new Admission(IsAdmitted: true, tightest, room.Remaining, room.Wait) { Rooms = reservation.Rooms };
    }

    /// <summary>Takes everything, in order, so that two claims of one counter see each other; what had no room is noted.</summary>
    private void Take(Reservation reservation, ReadOnlySpan<BucketClaim> claims, long now)
    {
        var rooms = reservation.Rooms.Span;
        for (var i = 0; i < claims.Length; i++)
        {
            ref readonly var claim = ref claims[i];
            var family = Family(claim.Bucket.Limit, claim.Window);
            if (family.Limit != claim.Limit) family.Limit = claim.Limit; // other processors keep what nobody writes to
            var bucket = family.Get(claim.Bucket.Subject, now);
            var slot = bucket.Roll(now);
            var isExceeded = claim.Amount > claim.Limit - bucket.Taken;
            rooms[i] = new ClaimRoom(Math.Max(0, claim.Limit - bucket.Taken), isExceeded ? bucket.WaitFor(claim.Amount, claim.Limit, now) : bucket.UntilEmpty(now), isExceeded);
            reservation.Parts[i] = new Reservation.Part(family, bucket, slot, claim.Amount);
            bucket.Add(slot, claim.Amount);
            bucket.Held += claim.Amount;
            bucket.Holds++;
        }
    }

    private BucketFamily Family(string name, CounterWindow window)
    {
        ref var recent = ref _recent[(uint)RuntimeHelpers.GetHashCode(name) % RecentFamilies];
        if (!ReferenceEquals(recent.Name, name) || recent.Family.Window != window) recent = new RecentFamily(name, Find(name, window));
        return recent.Family;
    }

    private BucketFamily Find(string name, CounterWindow window)
    {
        if (!_families.TryGetValue((name, window), out var family)) _families[(name, window)] = family = new BucketFamily(name, window, most) { File = _file };
        return family;
    }

    /// <summary>What is left once everything is taken.</summary>
    private static void Tell(Reservation reservation, ReadOnlySpan<BucketClaim> claims)
    {
        var rooms = reservation.Rooms.Span;
        for (var i = 0; i < claims.Length; i++) rooms[i] = rooms[i] with { Remaining = Math.Max(0, claims[i].Limit - reservation.Parts[i].Bucket.Taken) };
    }

    private static Admission GiveUp(Reservation reservation, ReadOnlySpan<BucketClaim> claims, int refused)
    {
        foreach (var part in reservation.Parts) part.End(used: 0);
        Tell(reservation, claims);
        var rooms = reservation.Rooms.ToArray(); // it outlives the reservation
        reservation.Clear();
        return new Admission(IsAdmitted: false, refused, rooms[refused].Remaining, rooms[refused].Wait) { Rooms = rooms };
    }

    private static void Settle(Reservation reservation, ReadOnlySpan<long> used, long now)
    {
        for (var i = 0; i < reservation.Count; i++)
        {
            ref readonly var part = ref reservation.Parts[i];
            part.Bucket.Roll(now);
            if (reservation.HasRunOut) Charge(part, used[i], now);
            else Settle(part, used[i]);
        }

        reservation.Clear();
    }

    private readonly record struct RecentFamily(string Name, BucketFamily Family);

    private static void Settle(in Reservation.Part part, long used)
    {
        part.End(used);
        part.Family.Keep(part.Bucket, part.Slot, used);
    }

    /// <summary>It held nothing any more, and its counter may have left since: what was used counts now.</summary>
    private static void Charge(in Reservation.Part part, long used, long now)
    {
        if (used == 0) return;
        var bucket = part.Family.Get(part.Bucket.Subject, now);
        var slot = bucket.Roll(now);
        bucket.Add(slot, used);
        part.Family.Keep(bucket, slot, used);
    }
}
