namespace Tollgate.Tests.Upstreams;

/// <summary>
/// A clock that runs, and whose timers come after half a minute at the earliest: a machine that pauses between two pieces of a stream ends
/// none of them, although a gateway gives what follows the last word a second.
/// </summary>
internal sealed class PatientTime : TimeProvider
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(30);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new LateTimer(System.CreateTimer(callback, state, Late(dueTime), Late(period)));

    private static TimeSpan Late(TimeSpan span) => span >= TimeSpan.Zero && span < Least ? Least : span;

    private sealed class LateTimer(ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(Late(dueTime), Late(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
