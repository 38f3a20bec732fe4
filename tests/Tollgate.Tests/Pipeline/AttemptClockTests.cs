using Tollgate.Configuration;
using Tollgate.Pipeline;

namespace Tollgate.Tests.Pipeline;

/// <summary>A clock serves one request after another, and none of them meets the limits of the one before.</summary>
public sealed class AttemptClockTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task A_limit_ends_its_own_attempt_and_not_the_next()
    {
        var clock = new AttemptClock(TimeProvider.System, default);
        clock.Start(new TimeoutConfig { Total = Short });
        clock.Enter(WaitPhase.Headers, stream: false);
        await Fired(clock.Token);
        clock.Stop();

        clock.Reuse(default).Token.IsCancellationRequested.ShouldBeFalse();
        clock.Phase.ShouldBe(WaitPhase.Paused);
    }

    [Fact]
    public async Task A_limit_that_was_not_met_is_off_when_its_attempt_is_over()
    {
        var clock = new AttemptClock(TimeProvider.System, default);
        clock.Start(new TimeoutConfig { Total = Short });
        clock.Enter(WaitPhase.Headers, stream: false);
        clock.Stop();
        clock.Phase.ShouldBe(WaitPhase.Paused);
        clock.Reuse(default);
        await Task.Delay(Short * 4, TestContext.Current.CancellationToken);
        clock.Token.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void What_is_broken_off_between_two_requests_does_not_end_the_second()
    {
        var clock = new AttemptClock(TimeProvider.System, default);
        clock.Start(new TimeoutConfig());
        clock.Stop();
        clock.BreakOff();
        clock.Reuse(default);
        clock.IsBrokenOff.ShouldBeFalse();
        clock.Token.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void A_client_that_leaves_ends_its_own_attempt_alone()
    {
        using var first = new CancellationTokenSource();
        var clock = new AttemptClock(TimeProvider.System, first.Token);
        clock.Start(new TimeoutConfig());
        clock.Stop();
        clock.Reuse(default);
        first.Cancel();
        clock.Token.IsCancellationRequested.ShouldBeFalse();
    }

    private static async Task Fired(CancellationToken token)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(fired.SetResult);
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
