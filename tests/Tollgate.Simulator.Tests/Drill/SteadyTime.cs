namespace Tollgate.Simulator.Tests.Drill;

/// <summary>
/// The wall's clock for a machine that has other things to do: it goes on in small steps, of which each waits for the thread pool. While the process
/// or its pool is held up the clock stands still, so that no time limit is over before what it is for had its turn.
/// </summary>
internal sealed class SteadyTime : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    internal SteadyTime() => _run = Task.Run(RunAsync);

    internal Tollgate.Tests.Limits.ManualTime Clock { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(Step);
            Clock.Advance(Step);
        }
    }
}
