using Tollgate.Limits;

namespace Tollgate.Postgres.Counters;

/// <summary>
/// The counters of this gateway and what they hold, without the database. Whoever holds the store's lock may use it. Times are ticks since 1970 by
/// the database's clock; timestamps are this machine's.
/// </summary>
internal sealed class LeasedCounters
{
    /// <summary>Counters that there may be. Beyond it, whoever has none yet shares one for each limit.</summary>
    private const int Most = 50_000;

    private readonly Dictionary<string, LeasedBucket> _buckets = new(StringComparer.Ordinal);

    internal LeaseReservations Reservations { get; } = new();

    internal IReadOnlyCollection<LeasedBucket> Buckets => _buckets.Values;

    internal LeasedBucket Get(in BucketId bucket, in CounterWindow window)
    {
        var key = CounterName.Of(bucket, window);
        if (_buckets.TryGetValue(key, out var found)) return found;
        if (_buckets.Count >= Most && _buckets.GetValueOrDefault(key = CounterName.Of(bucket with { Subject = "\u001fall others" }, window)) is { } shared) return shared;
        return _buckets[key] = new LeasedBucket(key, window);
    }

    internal LeasedBucket? Find(in BucketId bucket, in CounterWindow window) => _buckets.GetValueOrDefault(CounterName.Of(bucket, window));

    internal void Remove(LeasedBucket bucket) => _buckets.Remove(bucket.Key);

    /// <summary>Tries to serve all claims from the leases. Null: some have to be renewed first, which are then in <paramref name="lacking"/>.</summary>
    /// <param name="id">Of the reservation.</param>
    /// <param name="claims">What is wanted.</param>
    /// <param name="now">The time.</param>
    /// <param name="timestamp">The same by this machine.</param>
    /// <param name="expires">When the reservation ends by itself.</param>
    /// <param name="lacking">Null: the leases are as they are, decide.</param>
    internal Admission? TryReserve(ReservationId id, ReadOnlySpan<BucketClaim> claims, long now, long timestamp, long expires, List<LeasedBucket>? lacking)
    {
        Reservations.EndDue(now);
        var parts = new LeasePart[claims.Length];
        var rooms = new ClaimRoom[claims.Length];
        for (var i = 0; i < claims.Length; i++) rooms[i] = Hold(claims[i], now, timestamp, out parts[i], lacking);
        var refused = lacking is { Count: > 0 } ? 0 : Verdicts.Refusing(claims, rooms);
        if (refused < 0) Reservations.Keep(id, parts, expires);
        else
        {
            foreach (var part in parts) part.Bucket.Undo(part.Slot, part.Amount);
        }

        if (lacking is { Count: > 0 }) return null;
        for (var i = 0; i < claims.Length; i++) rooms[i] = rooms[i] with { Remaining = parts[i].Bucket.Remaining };
        var index = refused < 0 ? Verdicts.Tightest(claims, rooms) : refused;
        return new Admission(refused < 0, index, rooms[index].Remaining, rooms[index].Wait) { Rooms = rooms };
    }

    /// <summary>Ends a reservation. A second time nothing happens.</summary>
    internal void Settle(ReservationId id, ReadOnlySpan<long> used, long now)
    {
        Reservations.EndDue(now);
        if (!Reservations.Take(id, out var reservation)) return;
        for (var i = 0; i < reservation.Parts.Length; i++)
        {
            var (bucket, slot, amount) = reservation.Parts[i];
            var newest = bucket.Roll(now);
            if (!reservation.HasRunOut) bucket.Settle(slot, amount, used[i]);
            else if (used[i] > 0) Late(bucket, newest, used[i]);
        }
    }

    /// <summary>What the claims want, held by nobody here: for a request that is admitted without asking.</summary>
    internal LeasePart[] Parts(ReadOnlySpan<BucketClaim> claims)
    {
        var parts = new LeasePart[claims.Length];
        for (var i = 0; i < claims.Length; i++) parts[i] = new LeasePart(Get(claims[i].Bucket, claims[i].Window), 0, 0);
        return parts;
    }

    private ClaimRoom Hold(in BucketClaim claim, long now, long timestamp, out LeasePart part, List<LeasedBucket>? lacking)
    {
        var bucket = Get(claim.Bucket, claim.Window);
        (bucket.Limit, bucket.LastUse) = (claim.Limit, timestamp);
        part = new LeasePart(bucket, bucket.Roll(now), claim.Amount);
        var isValid = bucket.Ends > timestamp;
        var isExceeded = !isValid || claim.Amount > bucket.Rest;
        if (isExceeded && lacking is not null && (!isValid || bucket.NoMoreUntil <= timestamp))
        {
            bucket.Need += claim.Amount;
            lacking.Add(bucket);
        }

        var wait = isExceeded ? bucket.WaitFor(claim.Amount, now) : bucket.UntilEmpty(now);
        bucket.Hold(part.Slot, claim.Amount);
        return new ClaimRoom(bucket.Remaining, wait, isExceeded);
    }

    // It may have been dropped here since: then it is taken up again.
    private void Late(LeasedBucket bucket, long slot, long used)
    {
        if (!_buckets.TryGetValue(bucket.Key, out var current)) _buckets[bucket.Key] = current = bucket;
        current.Settle(slot, 0, used);
    }
}
