using Tollgate.Simulator.Drill;

namespace Tollgate.Simulator.Tests.Drill;

public sealed class FastClockTests
{
    private readonly ManualTime _wall = new();

    [Fact]
    public void Time_passes_that_many_times_as_fast()
    {
        var clock = new FastClock(_wall, 20);
        var (stamp, date) = (clock.GetTimestamp(), clock.GetUtcNow());
        _wall.Advance(TimeSpan.FromSeconds(3));
        clock.GetElapsedTime(stamp).ShouldBe(TimeSpan.FromMinutes(1));
        (clock.GetUtcNow() - date).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_wait_of_a_minute_takes_three_seconds_of_the_wall()
    {
        var clock = new FastClock(_wall, 20);
        var waiting = Task.Delay(TimeSpan.FromMinutes(1), clock);
        (await _wall.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(3));
        _wall.Advance(TimeSpan.FromSeconds(2.9));
        waiting.IsCompleted.ShouldBeFalse();
        _wall.Advance(TimeSpan.FromSeconds(0.1));
        await waiting;
    }

    [Fact]
    public void A_timer_that_is_off_stays_off()
    {
        var clock = new FastClock(_wall, 20);
        var fired = false;
        using var timer = clock.CreateTimer(_ => fired = true, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _wall.Advance(TimeSpan.FromHours(1));
        fired.ShouldBeFalse();
    }
}
