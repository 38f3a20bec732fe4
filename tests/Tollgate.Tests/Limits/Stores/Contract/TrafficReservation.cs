using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>A reservation that the traffic made.</summary>
internal sealed class TrafficReservation(ReservationId id, TrafficBucket[] buckets, BucketClaim[] claims, TimeSpan expires)
{
    private bool _hasRunOut;

    /// <summary>When it ends by itself, on the traffic's clock.</summary>
    public TimeSpan Expires => expires;

    public void Begin()
    {
        for (var i = 0; i < claims.Length; i++) buckets[i].Reserved(claims[i].Amount);
    }

    /// <summary>Its time is over: it holds nothing any more, and may be settled all the same.</summary>
    public void RunOut()
    {
        if (_hasRunOut) return;
        _hasRunOut = true;
        for (var i = 0; i < claims.Length; i++) buckets[i].Ended(claims[i].Amount);
    }

    /// <summary>Settles it to what was used, twice if told to: the second time must change nothing.</summary>
    public async Task SettleAsync(ICounterStore store, Func<long, long> usedOf, bool twice)
    {
        var used = claims.Select(claim => usedOf(claim.Amount)).ToArray();
        for (var i = 0; i < claims.Length; i++)
        {
            if (!_hasRunOut) buckets[i].Ended(claims[i].Amount);
        }

        await store.SettleAsync(id, claims, used);
        for (var i = 0; i < claims.Length; i++) buckets[i].Used(used[i], _hasRunOut ? 0 : claims[i].Amount);
        if (twice) await store.SettleAsync(id, claims, used);
    }
}
