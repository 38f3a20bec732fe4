using Npgsql;

namespace Tollgate.Postgres.Counters;

/// <summary>Renews leases in the background, gives back those that nobody uses, and all of them at the end.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private const int AtOnce = 4;
    private const int RoundsBetweenForgetting = 600;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly PostgresCounterStore _store;
    private readonly LeaseTable _table;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    internal LeaseKeeper(PostgresCounterStore store, LeaseTable table, TimeProvider time)
    {
        (_store, _table, _time) = (store, table, time);
        _run = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        await Task.WhenAll(_store.UnderWay()).ConfigureAwait(false); // these may be older than what was settled last, and ask for more
        await RoundAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false); round++)
            {
                await RoundAsync(Idle).ConfigureAwait(false);
                if (round % RoundsBetweenForgetting == 0) await ForgetAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway ends.
        }
    }

    private Task RoundAsync(TimeSpan idle) =>
        Parallel.ForEachAsync(_store.Due(idle), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (due, _) => await _store.RenewAsync(due.Bucket, due.WantsMore).ConfigureAwait(false));

    private async Task ForgetAsync()
    {
        try
        {
            await _table.ForgetAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // It is away, which whoever asks for a lease reports: the next time is soon enough.
        }
    }
}
