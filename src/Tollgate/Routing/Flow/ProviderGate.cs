using Tollgate.Configuration;

namespace Tollgate.Routing.Flow;

/// <summary>How asking to be let in ended.</summary>
internal enum GateEntry
{
    /// <summary>In, and nothing to give back: there is no limit.</summary>
    Unlimited,

    /// <summary>In. <see cref="ProviderGate.Leave"/> gives the place back.</summary>
    Entered,

    /// <summary>Nobody may wait any more.</summary>
    QueueFull,

    /// <summary>Waited too long.</summary>
    TimedOut,

    /// <summary>The client left while it waited.</summary>
    ClientLeft,
}

/// <summary>
/// Lets so many attempts at once to a provider; the others wait in the order in which they came, so many and so long.
/// Whether somebody still waits is told by the queue alone, so that no place is given twice or to nobody.
/// </summary>
internal sealed class ProviderGate(TimeProvider time)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _queue = [];
    private volatile FlowConfig _limits = new();
    private int _inside;

    /// <summary>False costs a request nothing.</summary>
    internal bool IsLimited => _limits.MaxConcurrent > 0;

    /// <summary>Attempts inside, as far as there is a limit.</summary>
    internal int Inside
    {
        get
        {
            lock (_lock) return _inside;
        }
    }

    /// <summary>Requests that wait.</summary>
    internal int Queued
    {
        get
        {
            lock (_lock) return _queue.Count;
        }
    }

    internal int MaxConcurrent => _limits.MaxConcurrent;

    /// <summary>Takes over the limits of a new generation. Who waits profits at once; who is inside stays.</summary>
    internal void Configure(FlowConfig limits)
    {
        lock (_lock)
        {
            _limits = limits;
            Admit();
        }
    }

    internal ValueTask<GateEntry> EnterAsync(CancellationToken client)
    {
        if (!IsLimited) return new(GateEntry.Unlimited);
        Waiter waiter;
        lock (_lock)
        {
            if (!IsLimited) return new(GateEntry.Unlimited);
            if (_inside < _limits.MaxConcurrent && _queue.Count == 0)
            {
                _inside++;
                return new(GateEntry.Entered);
            }

            if (_queue.Count >= _limits.MaxQueued) return new(GateEntry.QueueFull);
            waiter = new Waiter(this);
            waiter.Place = _queue.AddLast(waiter);
        }

        return WaitAsync(waiter, _limits.QueueTimeout ?? DefaultTimeout, client);
    }

    /// <summary>Gives a place back. Once for each <see cref="GateEntry.Entered"/>.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _inside--;
            Admit();
        }
    }

    private async ValueTask<GateEntry> WaitAsync(Waiter waiter, TimeSpan limit, CancellationToken client)
    {
        using var timer = time.CreateTimer(static w => ((Waiter)w!).GiveUp(GateEntry.TimedOut), waiter, limit, Timeout.InfiniteTimeSpan);
        using var left = client.UnsafeRegister(static w => ((Waiter)w!).GiveUp(GateEntry.ClientLeft), waiter);
        return await waiter.Task.ConfigureAwait(false);
    }

    private void Admit()
    {
        while (_queue.First is { } first && (_inside < _limits.MaxConcurrent || !IsLimited))
        {
            _queue.Remove(first);
            if (IsLimited) _inside++;
            first.Value.SetResult(IsLimited ? GateEntry.Entered : GateEntry.Unlimited);
        }
    }

    private sealed class Waiter(ProviderGate gate) : TaskCompletionSource<GateEntry>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal LinkedListNode<Waiter> Place { get; set; } = null!;

        internal void GiveUp(GateEntry why)
        {
            lock (gate._lock)
            {
                if (Place.List is null) return; // it was let in just now
                gate._queue.Remove(Place);
                SetResult(why);
            }
        }
    }
}
