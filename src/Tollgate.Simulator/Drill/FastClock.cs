namespace Tollgate.Simulator.Drill;

/// <summary>
/// A clock that runs several times as fast as the wall's, timers included: a rehearsal of a time-out of a minute need not take one.
/// </summary>
internal sealed class FastClock(TimeProvider inner, double speed) : TimeProvider
{
    private readonly long _start = inner.GetTimestamp();
    private readonly DateTimeOffset _startUtc = inner.GetUtcNow();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long GetTimestamp() => _start + (long)((inner.GetTimestamp() - _start) * speed);

    public override DateTimeOffset GetUtcNow() => _startUtc + (inner.GetElapsedTime(_start) * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(inner.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)), this);

    private TimeSpan Shorten(TimeSpan time) => time <= TimeSpan.Zero ? time : time / speed;

    private sealed class FastTimer(ITimer timer, FastClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Shorten(dueTime), clock.Shorten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
