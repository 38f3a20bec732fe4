using System.Threading.Channels;

namespace Tollgate.Simulator.Tests;

/// <summary>A clock that moves when it is told to, and tells which waits were begun.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];
    private readonly Channel<TimeSpan> _begun = Channel.CreateUnbounded<TimeSpan>();
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return DateTimeOffset.UnixEpoch + _now;
    }

    public override long GetTimestamp()
    {
        lock (_lock) return _now.Ticks;
    }

    /// <summary>The length of the next wait that someone begins.</summary>
    public async Task<TimeSpan> NextWaitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _begun.Reader.ReadAsync(limit.Token);
    }

    public void Advance(TimeSpan by)
    {
        List<Waiting> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _waiting.Where(w => w.Due <= _now)];
            _waiting.RemoveAll(due.Contains);
        }

        foreach (var waiting in due) waiting.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            var waiting = new Waiting(() => callback(state), dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _now + dueTime);
            _waiting.Add(waiting);
            _begun.Writer.TryWrite(dueTime);
            return waiting;
        }
    }

    private sealed record Waiting(Action Fire, TimeSpan Due) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
