using System.Runtime.CompilerServices;
using Tollgate.Configuration;
using Tollgate.Limits.Local;
using Tollgate.Reuse;

namespace Tollgate.Limits.Shared;

/// <summary>
/// Shared counters, and what happens while they cannot be asked: requests are admitted, refused, or counted here up to a share of each limit. What
/// they use is settled at the shared counters all the same, once these are back.
/// </summary>
internal sealed class OutageStore(ISharedCounters shared, CounterStoreConfig config, TimeProvider time, SharedCounterMetrics metrics) : ICounterStore, IAsyncDisposable
{
    /// <summary>What a refused client is told to wait: outages end without notice.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private readonly LocalCounterStore _local = new(time);

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    public async ValueTask<Admission> ReserveAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, TimeSpan timeToLive, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        var admission = await shared.ReserveAsync(id, claims, timeToLive, cancellation).ConfigureAwait(false);
        metrics.Asked("reserve", time.GetElapsedTime(since));
        if (!admission.IsUncertain) return admission;
        return config.Outage switch
        {
            StoreOutage.Open => new Admission(IsAdmitted: true, claims.IsEmpty ? -1 : 0, long.MaxValue, TimeSpan.Zero, IsUncertain: true),
            StoreOutage.Closed => new Admission(IsAdmitted: false, 0, 0, Wait, IsUncertain: true),
            _ => await _local.ReserveAsync(id, Shares(claims), timeToLive, cancellation).ConfigureAwait(false) with { IsUncertain = true },
        };
    }

    public async ValueTask SettleAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ReadOnlyMemory<long> used)
    {
        await _local.SettleAsync(id, claims, used).ConfigureAwait(false); // knows those that it has granted
        var since = time.GetTimestamp();
        await shared.SettleAsync(id, claims, used).ConfigureAwait(false);
        metrics.Asked("settle", time.GetElapsedTime(since));
    }

    public ValueTask<long?> ReadAsync(BucketId bucket, CounterWindow window, CancellationToken cancellation) => shared.ReadAsync(bucket, window, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (shared is IAsyncDisposable disposable) await disposable.DisposeAsync().ConfigureAwait(false);
    }

    private BucketClaim[] Shares(ReadOnlyMemory<BucketClaim> claims)
    {
        var shares = claims.ToArray();
        for (var i = 0; i < shares.Length; i++) shares[i] = shares[i] with { Limit = (long)(shares[i].Limit * config.Share) };
        return shares;
    }
}
