using Microsoft.Extensions.Logging;
using Tollgate.Limits;
using Tollgate.Limits.Shared;
using Tollgate.Redis.Connections;

namespace Tollgate.Redis.Counters;

/// <summary>
/// Counts in Redis, exactly and for all gateways together: one round trip for an admission, one for a settlement. The time is the server's. In a
/// cluster the claims of a request may lie at several nodes: these are asked at the same time, and if one refuses, the others give back.
/// </summary>
internal sealed class RedisCounterStore : ISharedCounters, IAsyncDisposable
{
    private readonly IRedis _redis;
    private readonly CounterKeys _keys;
    private readonly CounterScripts _scripts;
    private readonly SettlementQueue _settlements;

    internal RedisCounterStore(IRedis redis, string prefix, TimeProvider time, ILogger logger, string prelude = "")
    {
        (_redis, _keys) = (redis, new CounterKeys(prefix));
        _scripts = new CounterScripts(redis, _keys, prelude);
        _settlements = new SettlementQueue(redis, _scripts.Settle, time, logger);
    }

    /// <inheritdoc/>
    public CountersHealth Health => new(_redis.IsUp, _settlements.Count, _settlements.Lost);

    /// <inheritdoc/>
    public ValueTask<Admission> ReserveAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, TimeSpan timeToLive, CancellationToken cancellation)
    {
        if (claims.IsEmpty) return new(new Admission(IsAdmitted: true, -1, long.MaxValue, TimeSpan.Zero));
        var groups = ClaimGroup.Of(_redis, _keys, claims.Span);
        return groups.Count == 1 ? ReserveTogetherAsync(id, claims, groups[0], timeToLive) : ReserveApartAsync(id, claims, groups, timeToLive);
    }

    /// <inheritdoc/>
    public async ValueTask SettleAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ReadOnlyMemory<long> used)
    {
        foreach (var group in ClaimGroup.Of(_redis, _keys, claims.Span)) await _settlements.SendAsync(_scripts.ToSettle(id, claims.Span, group, used.Span)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long?> ReadAsync(BucketId bucket, CounterWindow window, CancellationToken cancellation)
    {
        var reply = await _scripts.Read.RunAsync(_redis, _scripts.ToRead(bucket, window)).ConfigureAwait(false);
        return reply.IsGood && long.TryParse(reply.Value.Bytes, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var taken) ? taken : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _settlements.DisposeAsync().ConfigureAwait(false);
        await _redis.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<Admission> ReserveTogetherAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ClaimGroup group, TimeSpan timeToLive)
    {
        var reply = await _scripts.Reserve.RunAsync(_redis, _scripts.ToReserve(id, claims.Span, group, isAlone: true, timeToLive)).ConfigureAwait(false);
        var rooms = new ClaimRoom[claims.Length];
        return ReserveReply.TryRead(reply, group, rooms, out var isAdmitted) ? ReserveReply.ToAdmission(isAdmitted, claims.Span, rooms) : Unasked;
    }

    private async ValueTask<Admission> ReserveApartAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, List<ClaimGroup> groups, TimeSpan timeToLive)
    {
        var replies = await Task.WhenAll(groups.Select(group =>
            _scripts.Reserve.RunAsync(_redis, _scripts.ToReserve(id, claims.Span, group, isAlone: false, timeToLive)).AsTask())).ConfigureAwait(false);
        var rooms = new ClaimRoom[claims.Length];
        var granted = new List<ClaimGroup>();
        for (var i = 0; i < groups.Count; i++)
        {
            // What the others have granted stays reserved: the request may be admitted by the policy, and settled; else it ends by itself.
            if (!ReserveReply.TryRead(replies[i], groups[i], rooms, out var isGranted)) return Unasked;
            if (isGranted) granted.Add(groups[i]);
        }

        var isAdmitted = granted.Count == groups.Count && Verdicts.Refusing(claims.Span, rooms) < 0;
        if (!isAdmitted) await GiveBackAsync(id, claims, granted).ConfigureAwait(false);
        return ReserveReply.ToAdmission(isAdmitted, claims.Span, rooms);
    }

    private async ValueTask GiveBackAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, List<ClaimGroup> groups)
    {
        var nothing = new long[claims.Length];
        await Task.WhenAll(groups.Select(group => _settlements.SendAsync(_scripts.ToSettle(id, claims.Span, group, nothing)).AsTask())).ConfigureAwait(false);
    }

    private static Admission Unasked => new(IsAdmitted: false, 0, 0, TimeSpan.Zero, IsUncertain: true);
}
