using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tollgate.Limits;
using Tollgate.Limits.Shared;
using Tollgate.Reuse;

namespace Tollgate.Redis.Counters;

/// <summary>
/// Counts in Redis, exactly and for all gateways together: one round trip for an admission, which takes along what is to be settled. The time is the
/// server's. In a cluster the claims of a request may lie at several nodes: these are asked at the same time, and if one refuses, the others give back.
/// </summary>
internal sealed class RedisCounterStore : ISharedCounters, IAsyncDisposable
{
    private readonly IRedis _redis;
    private readonly CounterKeys _keys;
    private readonly CounterScripts _scripts;
    private readonly SettlementQueue _queue;
    private readonly Settlements _settlements;

    internal RedisCounterStore(IRedis redis, string prefix, TimeProvider time, ILogger logger, string prelude = "")
    {
        (_redis, _keys) = (redis, new CounterKeys(redis, prefix));
        _scripts = new CounterScripts(_keys, prelude);
        _queue = new SettlementQueue(redis, _scripts.Settle, time, logger);
        _settlements = new Settlements(_queue, time);
    }

    /// <inheritdoc/>
    public CountersHealth Health => new(_redis.IsUp, _settlements.Count, _settlements.Lost);

    /// <inheritdoc/>
    public ValueTask<Admission> ReserveAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, TimeSpan timeToLive, CancellationToken cancellation)
    {
        if (claims.IsEmpty) return new(new Admission(IsAdmitted: true, -1, long.MaxValue, TimeSpan.Zero));
        if (_redis.IsOnePlace) return ReserveTogetherAsync(id, claims, ClaimGroup.All(0, claims.Length), timeToLive);
        var groups = ClaimGroup.Of(_keys, claims.Span);
        return groups.Count == 1 ? ReserveTogetherAsync(id, claims, groups[0], timeToLive) : ReserveApartAsync(id, claims, groups, timeToLive);
    }

    /// <inheritdoc/>
    public ValueTask SettleAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ReadOnlyMemory<long> used)
    {
        if (_redis.IsOnePlace) Settle(id, claims.Span, ClaimGroup.All(0, claims.Length), used.Span);
        else foreach (var group in ClaimGroup.Of(_keys, claims.Span)) Settle(id, claims.Span, group, used.Span);
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask<long?> ReadAsync(BucketId bucket, CounterWindow window, CancellationToken cancellation)
    {
        await _settlements.FlushAsync().ConfigureAwait(false);
        var arguments = _scripts.ToRead(bucket, window);
        var reply = await _scripts.Read.RunAsync(_redis, arguments).ConfigureAwait(false);
        arguments.Return();
        return reply.IsGood && long.TryParse(reply.Value.Bytes, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var taken) ? taken : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _settlements.DisposeAsync().ConfigureAwait(false);
        await _redis.DisposeAsync().ConfigureAwait(false);
    }

    private void Settle(ReservationId id, ReadOnlySpan<BucketClaim> claims, in ClaimGroup group, ReadOnlySpan<long> used)
    {
        var indexes = group.Indexes.Span;
        for (var i = 0; i < indexes.Length; i++) _settlements.Add(Settlement(id, claims, indexes[i], i, used[indexes[i]]));
    }

    private Settlement Settlement(ReservationId id, ReadOnlySpan<BucketClaim> claims, int index, int place, long used) =>
        new(_keys.Of(claims[index].Bucket, claims[index].Window), id, place + 1, used);

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<Admission> ReserveTogetherAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ClaimGroup group, TimeSpan timeToLive)
    {
        var rooms = new ClaimRoom[claims.Length];
        return await AskAsync(id, claims, group, isAlone: true, timeToLive, rooms).ConfigureAwait(false) is { } isAdmitted ? ReserveReply.ToAdmission(isAdmitted, claims.Span, rooms) : Unasked;
    }

    /// <summary>True: the group's claims are reserved, false: none is; null: nobody knows.</summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<bool?> AskAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ClaimGroup group, bool isAlone, TimeSpan timeToLive, ClaimRoom[] rooms)
    {
        var before = _settlements.TakeFor(group.Group);
        var arguments = _scripts.ToReserve(id, claims.Span, group, isAlone, timeToLive, before is null ? default : before.Span);
        var reply = await _scripts.Reserve.RunAsync(_redis, arguments).ConfigureAwait(false);
        arguments.Return();
        var isRead = ReserveReply.TryRead(reply, group, rooms, out var isAdmitted, out var isSettled);
        if (before is not null) _settlements.Ended(before, reply, isRead && isSettled);
        return isRead ? isAdmitted : null;
    }

    private async ValueTask<Admission> ReserveApartAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, List<ClaimGroup> groups, TimeSpan timeToLive)
    {
        var rooms = new ClaimRoom[claims.Length];
        var replies = await Task.WhenAll(groups.Select(group => AskAsync(id, claims, group, isAlone: false, timeToLive, rooms).AsTask())).ConfigureAwait(false);

        // What the others have granted stays reserved: the request may be admitted by the policy, and settled; else it ends by itself.
        if (replies.Contains(null)) return Unasked;
        var granted = groups.Where((_, i) => replies[i] == true).ToList();
        var isAdmitted = granted.Count == groups.Count && Verdicts.Refusing(claims.Span, rooms) < 0;
        if (!isAdmitted) await GiveBackAsync(id, claims, granted).ConfigureAwait(false);
        return ReserveReply.ToAdmission(isAdmitted, claims.Span, rooms);
    }

    // At once, and waited for: others are refused meanwhile.
    private async ValueTask GiveBackAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, List<ClaimGroup> groups) => await Task.WhenAll(groups.Select(group =>
    {
        List<Settlement> nothing = [.. Enumerable.Range(0, group.Indexes.Length).Select(i => Settlement(id, claims.Span, group.Indexes.Span[i], i, used: 0))];
        CounterScripts.Sort(nothing);
        return _queue.SendAsync(nothing).AsTask();
    })).ConfigureAwait(false);

    private static Admission Unasked => new(IsAdmitted: false, 0, 0, TimeSpan.Zero, IsUncertain: true);
}
