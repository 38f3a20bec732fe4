using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>What a counter store does, in the plainest way: a list of everything, summed up each time. One caller at a time; fixed spans and none in shadow or in pools.</summary>
internal sealed class PlainCounters
{
    private readonly List<Entry> _entries = [];

    /// <summary>What counts in a span that is looked back over.</summary>
    public long Taken(BucketId bucket, CounterWindow window, DateTimeOffset now, TimeSpan? back = null)
    {
        Expire(now);
        var from = back is { } span ? now - span : StartOf(window, now);
        return _entries.Where(e => e.Bucket == bucket && (back is null ? e.At >= from : e.At > from)).Sum(e => e.Amount);
    }

    public void Reserve(ReservationId id, BucketClaim[] claims, DateTimeOffset now, TimeSpan timeToLive) =>
        _entries.AddRange(claims.Select((claim, i) => new Entry(id, i, claim.Bucket, now) { Amount = claim.Amount, Expires = now + timeToLive }));

    public void Settle(ReservationId id, BucketClaim[] claims, long[] used, DateTimeOffset now)
    {
        Expire(now);
        foreach (var entry in _entries.Where(e => e.Id == id && e.Expires is not null).ToArray())
        {
            (entry.Amount, entry.Expires) = (used[entry.Claim], null);
        }

        foreach (var entry in _entries.Where(e => e.Id == id && e.HasRunOut).ToArray())
        {
            entry.HasRunOut = false;
            _entries.Add(new Entry(id, entry.Claim, claims[entry.Claim].Bucket, now) { Amount = used[entry.Claim] });
        }
    }

    private void Expire(DateTimeOffset now)
    {
        foreach (var entry in _entries.Where(e => e.Expires <= now)) (entry.Amount, entry.Expires, entry.HasRunOut) = (0, null, true);
    }

    private static DateTimeOffset StartOf(CounterWindow window, DateTimeOffset now) => window.Seconds == 0
        ? new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero)
        : DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / window.Seconds * window.Seconds);

    private sealed record Entry(ReservationId Id, int Claim, BucketId Bucket, DateTimeOffset At)
    {
        public long Amount { get; set; }

        public DateTimeOffset? Expires { get; set; }

        public bool HasRunOut { get; set; }
    }
}
