namespace Tollgate.Tests.Hosting;

/// <summary>
/// The system's clock on a date that stands still until the test moves it: what is used of a limit an hour or a day must not be divided between
/// two of them. Timers run as ever, for those who wait a moment for a lock.
/// </summary>
internal sealed class LongDay : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private long _later;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Interlocked.Read(ref _later));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _later, by.Ticks);
}
