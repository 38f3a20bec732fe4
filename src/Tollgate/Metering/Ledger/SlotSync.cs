namespace Tollgate.Metering.Ledger;

/// <summary>Brings slots to the disk, for all who wait at once: whoever comes while that is being done waits for the next time.</summary>
internal sealed class SlotSync(SlotFile slots) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _next;
    private Task _running = Task.CompletedTask;

    /// <summary>Completes when everything written before this call is on the disk.</summary>
    internal Task WhenSynced()
    {
        lock (_gate)
        {
            if (_next is not null) return _next.Task;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _running = RunAsync(_running, _next);
            return _next.Task;
        }
    }

    public async ValueTask DisposeAsync() => await _running.ConfigureAwait(false);

    private async Task RunAsync(Task before, TaskCompletionSource waiters)
    {
        await before.ConfigureAwait(false);
        await Task.Yield(); // never under the lock of whoever asked
        lock (_gate) _next = null;
        try
        {
            slots.Sync();
            waiters.SetResult();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            waiters.SetException(e);
        }
    }
}
