using Tollgate.Redis.Connections;

namespace Tollgate.Redis.Counters;

/// <summary>
/// What is to be settled goes with the next reservation, in one command and before it, so that a request costs one round trip and not two. What none
/// takes along goes by itself after a few milliseconds. Whatever is asked here later is asked after it.
/// </summary>
internal sealed class Settlements : IAsyncDisposable
{
    /// <summary>So many go in one command: a script must not hold up others for long.</summary>
    internal const int MostTogether = 32;

    /// <summary>It waits once this long, and up to twice.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly List<Gathered> _gathered = new(MostTogether);
    private readonly HashSet<SettlementBatch> _underWay = [];
    private readonly SettlementQueue _queue;
    private readonly ITimer _timer;
    private int _tick;
    private bool _isTimed;

    internal Settlements(SettlementQueue queue, TimeProvider time)
    {
        _queue = queue;
        _timer = time.CreateTimer(static self => ((Settlements)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many did not get through yet.</summary>
    internal int Count
    {
        get
        {
            lock (_lock) return _gathered.Count + _underWay.Sum(batch => batch.List.Count) + _queue.Count;
        }
    }

    /// <summary>How many were given up.</summary>
    internal long Lost => _queue.Lost;

    /// <summary>Takes one over. It will be counted, whatever happens to the store meanwhile, as far as there is room for it.</summary>
    internal void Add(in Settlement settlement)
    {
        lock (_lock)
        {
            _gathered.Add(new Gathered(settlement, _tick));
            if (!_isTimed) Await();
            if (_gathered.Count < MostTogether) return;
        }

        SendAll(MostTogether);
    }

    /// <summary>Those of a group, for a command that does them first; null when there are none. Its end has to be told.</summary>
    internal SettlementBatch? TakeFor(int group)
    {
        lock (_lock) return _gathered.Count == 0 ? null : Take(group);
    }

    /// <summary>What became of a batch that went along with something else.</summary>
    internal void Ended(SettlementBatch batch, in RedisReply reply, bool isSettled)
    {
        if (isSettled) End(batch);
        else _ = KeepAsync(batch, reply);
    }

    /// <summary>Completes when all that was added so far has been counted, or is kept because it could not be.</summary>
    internal Task FlushAsync()
    {
        SendAll(1);
        lock (_lock) return Task.WhenAll(_underWay.Select(batch => (batch.Over ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task).ToArray());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
        await _queue.DisposeAsync().ConfigureAwait(false);
    }

    private void Await()
    {
        _isTimed = true;
        _timer.Change(Patience, Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        while (true)
        {
            SettlementBatch batch;
            lock (_lock)
            {
                // First those that were there at the last tick; the others have a chance still that something takes them along.
                if (_gathered.Count == 0 || _gathered[0].Tick == _tick)
                {
                    _tick++;
                    _isTimed = false;
                    if (_gathered.Count > 0) Await();
                    return;
                }

                batch = Take(_gathered[0].Settlement.Counter.Group);
            }

            _ = SendAsync(batch);
        }
    }

    /// <summary>Sends as long as there are so many.</summary>
    private void SendAll(int least)
    {
        while (true)
        {
            SettlementBatch batch;
            lock (_lock)
            {
                if (_gathered.Count < least) return;
                batch = Take(_gathered[0].Settlement.Counter.Group);
            }

            _ = SendAsync(batch);
        }
    }

    private SettlementBatch Take(int group)
    {
        var batch = SettlementBatch.Take();
        var kept = 0;
        for (var i = 0; i < _gathered.Count; i++)
        {
            var one = _gathered[i];
            if (one.Settlement.Counter.Group == group && batch.List.Count < MostTogether) batch.List.Add(one.Settlement);
            else _gathered[kept++] = one;
        }

        _gathered.RemoveRange(kept, _gathered.Count - kept);
        CounterScripts.Sort(batch.List);
        _underWay.Add(batch);
        return batch;
    }

    private async Task SendAsync(SettlementBatch batch)
    {
        await _queue.SendAsync(batch.List).ConfigureAwait(false);
        End(batch);
    }

    private async Task KeepAsync(SettlementBatch batch, RedisReply reply)
    {
        await _queue.FailedAsync(batch.List, reply, wasAlone: false).ConfigureAwait(false);
        End(batch);
    }

    private void End(SettlementBatch batch)
    {
        lock (_lock) _underWay.Remove(batch);
        batch.Over?.SetResult();
        batch.Return();
    }

    private readonly record struct Gathered(Settlement Settlement, int Tick);
}
