namespace Tollgate.Tests.Limits;

/// <summary>A clock that stands still until it is told to go on, and that says when somebody waits for a given span.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Armed)> _awaited = [];
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock) return _elapsed.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp());

    /// <summary>Completes when a timer is set that is due in exactly <paramref name="due"/>; at once when one is set already.</summary>
    public Task WhenArmedAsync(TimeSpan due)
    {
        lock (_lock)
        {
            if (_timers.Any(t => t.At == _elapsed + due)) return Task.CompletedTask;
            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((due, armed));
            return armed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>The same for one that is due in any time between two.</summary>
    public async Task WhenArmedAsync(TimeSpan least, TimeSpan most)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!IsArmed(least, most)) await Task.Delay(5, limit.Token);
    }

    /// <summary>Goes on, and runs what is due.</summary>
    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _elapsed += by;
            due = [.. _timers.Where(t => t.At <= _elapsed).OrderBy(t => t.At)];
            foreach (var timer in due) timer.At = timer.Period > TimeSpan.Zero ? _elapsed + timer.Period : null;
        }

        foreach (var timer in due) timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_lock) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private bool IsArmed(TimeSpan least, TimeSpan most)
    {
        lock (_lock) return _timers.Any(t => t.At >= _elapsed + least && t.At <= _elapsed + most);
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? At { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                Period = period;
                At = dueTime < TimeSpan.Zero ? null : time._elapsed + dueTime;
                foreach (var (_, armed) in time._awaited.Where(a => At is not null && a.Due == dueTime)) armed.TrySetResult();
                time._awaited.RemoveAll(a => a.Armed.Task.IsCompleted);
                return time._timers.Contains(this);
            }
        }

        public void Dispose()
        {
            lock (time._lock) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
