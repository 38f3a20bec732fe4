using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Tollgate.Telemetry;

namespace Tollgate.Metering.Ledger;

/// <summary>Makes slots free whose lines are in the store.</summary>
internal delegate void SlotRelease(ReadOnlySpan<int> slots);

/// <summary>
/// The one task that writes to the store: what has come since the last time, all together, after a short wait or when there is much of it.
/// While the store refuses it keeps the lines, in their order, and tries again.
/// </summary>
internal sealed class LineWriter : IAsyncDisposable
{
    /// <summary>Lines that a store is given at once.</summary>
    internal const int Largest = 2048;

    // Each batch wakes a thread and ends a transaction; of more lines than this the processor's cache would no longer hold slots and lines.
    private const int Enough = 512;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // How long stopping waits for a store that does not take the last lines.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly ILedgerStore _store;
    private readonly SlotRelease _free;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _woken = new(0);
    private readonly ITimer _gathered;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly List<UsageEntry> _part = [];
    private readonly List<int> _slots = [];
    private List<Line> _pending = [];
    private List<Line> _written = [];
    private TaskCompletionSource _done = NewSource();
    private volatile bool _isStopping;
    private bool _isWoken;
    private long _oldest;
    private long _lines;
    private long _failures;

    internal LineWriter(ILedgerStore store, SlotRelease free, TimeProvider time, ILogger logger)
    {
        (_store, _free, _time, _logger) = (store, free, time, logger);
        _gathered = time.CreateTimer(static writer => ((LineWriter)writer!).Hurry(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Lines that wait.</summary>
    internal int Queued { get; private set; }

    /// <summary>Lines written since the start.</summary>
    internal long Written => Volatile.Read(ref _lines);

    /// <summary>How often the store refused.</summary>
    internal long Failures => Volatile.Read(ref _failures);

    /// <summary>What the store said last, while it refuses; null when it takes lines.</summary>
    internal string? Fault { get; private set; }

    /// <summary>How long the oldest line has been waiting.</summary>
    internal TimeSpan OldestAge
    {
        get
        {
            lock (_gate) return Queued == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_oldest);
        }
    }

    internal void Add(UsageEntry entry, int? slot)
    {
        int waiting;
        lock (_gate)
        {
            if (_isStopping) return; // it stays in its slot for the next start
            if (Queued++ == 0) _oldest = _time.GetTimestamp();
            _pending.Add(new Line(entry, slot));
            waiting = _pending.Count;
        }

        // Without the lock: whoever is woken would only wait for it, perhaps on this very processor.
        if (waiting == 1) Gather();
        else if (waiting == Enough) Hurry();
    }

    internal Task FlushAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Queued == 0 ? Task.CompletedTask : WhenWrittenAsync(_lines + Queued).WaitAsync(cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isStopping) return;
            _isStopping = true;
        }

        Hurry();
        try
        {
            await _loop.WaitAsync(Grace, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _loop.ConfigureAwait(false);
            Log.LedgerLeft(_logger, Queued, _store.Address);
        }

        await _gathered.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>The first of a batch waits for others. Where one before it had done so, and was written with many, the time begins anew.</summary>
    private void Gather()
    {
        if (!_isStopping) _gathered.Change(Gathering, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What waits is written now.</summary>
    internal void Hurry()
    {
        if (!Interlocked.Exchange(ref _isWoken, true)) _woken.Release();
    }

    private async Task WhenWrittenAsync(long count)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_lines >= count) return;
                next = _done.Task;
            }

            Hurry();
            await next.ConfigureAwait(false);
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            if (!_isStopping) await _woken.WaitAsync().ConfigureAwait(false);
            Volatile.Write(ref _isWoken, false); // before it looks: what comes later wakes it again
            List<Line> batch;
            lock (_gate)
            {
                if (_pending.Count == 0 && _isStopping) return;
                (batch, _pending) = (_pending, _written); // turn about: the room of thousands of lines is used again
            }

            if (batch.Count > 0 && !await WriteAsync(batch).ConfigureAwait(false)) return;
            batch.Clear();
            _written = batch;
        }
    }

    /// <summary>False when the process ends before the store has taken them.</summary>
    private async Task<bool> WriteAsync(List<Line> batch)
    {
        for (var first = 0; first < batch.Count; first += Largest)
        {
            if (!await WritePartAsync(batch, first, Math.Min(Largest, batch.Count - first)).ConfigureAwait(false)) return false;
        }

        TaskCompletionSource done;
        lock (_gate)
        {
            Queued -= batch.Count;
            _lines += batch.Count;
            _oldest = _time.GetTimestamp();
            (done, _done) = (_done, NewSource());
        }

        done.SetResult();
        return true;
    }

    private async Task<bool> WritePartAsync(List<Line> batch, int first, int count)
    {
        Take(CollectionsMarshal.AsSpan(batch).Slice(first, count));
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await _store.WriteAsync(_part, _stop.Token).ConfigureAwait(false);
                if (Fault is not null) Log.LedgerWorksAgain(_logger, _store.Address);
                Fault = null;
                _free(CollectionsMarshal.AsSpan(_slots));
                _part.Clear();
                return true;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (_stop.IsCancellationRequested) return false;
                Interlocked.Increment(ref _failures);
                if (Fault is null) Log.LedgerFailed(_logger, _store.Address, e.Message);
                Fault = e.Message;
            }

            if (!await PauseAsync(pause).ConfigureAwait(false)) return false;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Take(ReadOnlySpan<Line> lines)
    {
        _part.Clear();
        _slots.Clear();
        foreach (var line in lines)
        {
            _part.Add(line.Entry);
            if (line.Slot is { } slot) _slots.Add(slot);
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Line(UsageEntry Entry, int? Slot);
}
