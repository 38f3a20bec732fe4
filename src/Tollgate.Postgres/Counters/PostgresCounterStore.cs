using Microsoft.Extensions.Logging;
using Npgsql;
using Tollgate.Limits;
using Tollgate.Limits.Shared;

namespace Tollgate.Postgres.Counters;

/// <summary>
/// Counts by leases: a gateway leases a slice of a counter from the database, spends it here, and renews the lease in the background before it is
/// spent. A request waits for the database only when its gateway has no lease of a counter yet, or the end of the limit is near.
/// </summary>
internal sealed class PostgresCounterStore : ISharedCounters, IAsyncDisposable
{
    /// <summary>A lease is spent for a shorter time than it is granted: renewing takes time, and clocks run at different speeds.</summary>
    private const double Spendable = 0.7;

    /// <summary>Once there is no more, it is asked again after so long.</summary>
    private static readonly TimeSpan NoMore = TimeSpan.FromMilliseconds(100);

    /// <summary>Once the database is away, it is asked again after so long.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LeasedCounters _counters = new();
    private readonly LeaseTable _table;
    private readonly LeaseKeeper _keeper;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private TimeSpan _ahead;
    private bool _isReady;
    private long _awayUntil = long.MinValue;

    internal PostgresCounterStore(LeaseTable table, TimeProvider time, TimeSpan timeout, ILogger logger)
    {
        (_table, _time, _timeout, _logger) = (table, time, timeout, logger);
        _keeper = new LeaseKeeper(this, table, time);
    }

    /// <inheritdoc/>
    public CountersHealth Health
    {
        get
        {
            lock (_lock) return new(Volatile.Read(ref _awayUntil) == long.MinValue, _counters.Buckets.Count(bucket => bucket.IsDirty), 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Admission> ReserveAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, TimeSpan timeToLive, CancellationToken cancellation)
    {
        if (claims.IsEmpty) return new Admission(IsAdmitted: true, -1, long.MaxValue, TimeSpan.Zero);
        for (var tries = 0; ; tries++)
        {
            var lacking = tries < 2 ? new List<LeasedBucket>() : null;
            lock (_lock)
            {
                if (_counters.TryReserve(id, claims.Span, Now, _time.GetTimestamp(), Now + timeToLive.Ticks, lacking) is { } admission)
                {
                    RenewLow(claims.Span);
                    return admission;
                }
            }

            var renewed = await Task.WhenAll(lacking!.Distinct().Select(bucket => RenewAsync(bucket, wantsMore: true))).ConfigureAwait(false);
            if (Array.TrueForAll(renewed, isRenewed => isRenewed)) continue;
            lock (_lock) _counters.Reservations.KeepEmpty(id, _counters.Parts(claims.Span));
            return new Admission(IsAdmitted: false, 0, 0, TimeSpan.Zero, IsUncertain: true);
        }
    }

    /// <inheritdoc/>
    public ValueTask SettleAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ReadOnlyMemory<long> used)
    {
        lock (_lock) _counters.Settle(id, used.Span, Now);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<long?> ReadAsync(BucketId bucket, CounterWindow window, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _awayUntil) > _time.GetTimestamp()) return null;
        if (await TellAsync(bucket, window).ConfigureAwait(false) is not { } own) return null;
        try
        {
            using var limit = new CancellationTokenSource(_timeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            await EnsureAsync(either.Token).ConfigureAwait(false);
            long oldest;
            lock (_lock)
            {
                own.Roll(Now);
                oldest = own.Oldest;
            }

            return (await _table.ReadAsync(own.Key, oldest, either.Token).ConfigureAwait(false)).Values.Sum();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Reports what was used here. Who only looks takes no lease: that would lie idle. Null: the report did not get through.</summary>
    private async Task<LeasedBucket?> TellAsync(BucketId bucket, CounterWindow window)
    {
        LeasedBucket? own = null;
        for (var tries = 0; tries < 2; tries++) // the first may be one that is under way and does not know of the last request
        {
            bool hasLease;
            lock (_lock)
            {
                own = _counters.Find(bucket, window);
                if (own is null or { IsDirty: false, Renewal: null }) break;
                hasLease = own.Rest > 0;
            }

            if (!await RenewAsync(own, hasLease).ConfigureAwait(false)) return null;
        }

        return own ?? new LeasedBucket(CounterName.Of(bucket, window), window);
    }

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync().ConfigureAwait(false);
        await _table.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Counters that have something to tell or a lease to renew, or to give back when nobody used them for a while.</summary>
    internal List<(LeasedBucket Bucket, bool WantsMore)> Due(TimeSpan idle)
    {
        lock (_lock)
        {
            _counters.Reservations.EndDue(Now);
            var timestamp = _time.GetTimestamp();
            foreach (var empty in _counters.Buckets.Where(bucket => bucket.IsEmpty && _time.GetElapsedTime(bucket.LastUse, timestamp) > idle).ToArray()) _counters.Remove(empty);
            return [.. _counters.Buckets.Select(bucket => (bucket, WantsMore: _time.GetElapsedTime(bucket.LastUse, timestamp) <= idle)).Where(due => due.bucket.IsDirty || due.bucket.Rest != 0 || due.WantsMore)];
        }
    }

    /// <summary>Renewals that run.</summary>
    internal List<Task<bool>> UnderWay()
    {
        lock (_lock) return [.. _counters.Buckets.Select(bucket => bucket.Renewal).OfType<Task<bool>>()];
    }

    /// <summary>Reports and renews; who comes while that is under way waits for the same.</summary>
    internal Task<bool> RenewAsync(LeasedBucket bucket, bool wantsMore)
    {
        lock (_lock)
        {
            if (bucket.Renewal is { } underWay) return underWay;
            if (Volatile.Read(ref _awayUntil) > _time.GetTimestamp()) return Task.FromResult(false);
            return bucket.Renewal = Task.Run(() => RenewOnceAsync(bucket, wantsMore));
        }
    }

    private async Task<bool> RenewOnceAsync(LeasedBucket bucket, bool wantsMore)
    {
        var since = _time.GetTimestamp();
        LeaseReport report;
        lock (_lock)
        {
            bucket.Roll(Now);
            report = bucket.Report(wantsMore, bucket.Ends > since);
        }

        try
        {
            using var limit = new CancellationTokenSource(_timeout, _time);
            await EnsureAsync(limit.Token).ConfigureAwait(false);
            Adopt(bucket, report, await _table.RenewAsync(report, limit.Token).ConfigureAwait(false), since);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException or IOException)
        {
            GiveUp(bucket, report, e);
            return false;
        }
    }

    private void Adopt(LeasedBucket bucket, LeaseReport report, LeaseGrant grant, long since)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            bucket.Granted(report, grant);
            bucket.Ends = since + Ticks(_table.Life * Spendable);
            bucket.NoMoreUntil = report.Need > grant.Rest || grant.Unleased == 0 ? now + Ticks(NoMore) : 0;
            bucket.Renewal = null;
            _ahead = grant.Now - _time.GetUtcNow().UtcDateTime;
        }

        if (Interlocked.Exchange(ref _awayUntil, long.MinValue) != long.MinValue) PostgresLog.CountersBack(_logger);
    }

    private void GiveUp(LeasedBucket bucket, LeaseReport report, Exception e)
    {
        lock (_lock)
        {
            bucket.Failed(report);
            bucket.Renewal = null;
        }

        if (Interlocked.Exchange(ref _awayUntil, _time.GetTimestamp() + Ticks(Away)) == long.MinValue) PostgresLog.CountersAway(_logger, e is OperationCanceledException ? $"no answer within {_timeout.TotalMilliseconds:0} ms" : e.Message);
    }

    private async Task EnsureAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _isReady)) return;
        var now = await _table.EnsureAsync(cancellation).ConfigureAwait(false);
        _ahead = now - _time.GetUtcNow().UtcDateTime;
        Volatile.Write(ref _isReady, true);
    }

    // Ahead of need, so that no request waits for it.
    private void RenewLow(ReadOnlySpan<BucketClaim> claims)
    {
        foreach (ref readonly var claim in claims)
        {
            var bucket = _counters.Get(claim.Bucket, claim.Window);
            if (bucket.IsLow && bucket.Renewal is null && bucket.NoMoreUntil <= _time.GetTimestamp()) _ = RenewAsync(bucket, wantsMore: true);
        }
    }

    private long Now => (_time.GetUtcNow().UtcDateTime + _ahead - DateTime.UnixEpoch).Ticks;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
