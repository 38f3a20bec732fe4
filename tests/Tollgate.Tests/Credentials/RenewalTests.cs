using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Credentials;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Routing;

namespace Tollgate.Tests.Credentials;

public sealed class RenewalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly ScriptedSource _source = new("settings");
    private readonly Renewal _renewal;

    public RenewalTests() => _renewal = new Renewal("bedrock", _source, _time, new FixedChance { Value = 0.5 }, NullLogger.Instance);

    public void Dispose() => _renewal.Dispose();

    [Fact]
    public async Task The_first_request_waits_and_later_ones_do_not()
    {
        _renewal.Start();
        var first = _renewal.WaitAsync(Patience, default).AsTask();
        await _source.AskedAsync();
        first.IsCompleted.ShouldBeFalse();

        var identity = Token(TimeSpan.FromHours(1));
        _source.Release(identity);

        (await first).ShouldBeSameAs(identity);
        _renewal.At(_time.GetUtcNow()).ShouldBeSameAs(identity);
    }

    [Fact]
    public async Task A_crowd_that_waits_causes_one_call()
    {
        var crowd = Enumerable.Range(0, 50).Select(_ => Task.Run(() => _renewal.WaitAsync(Patience, default).AsTask())).ToArray();
        _renewal.Start();
        var identity = Token(TimeSpan.FromHours(1));
        await _source.AnswerAsync(identity);

        (await Task.WhenAll(crowd)).ShouldAllBe(got => got == identity);
        _source.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task It_is_asked_again_five_minutes_and_a_random_bit_before_the_end_while_the_old_one_goes_on()
    {
        await FirstAsync(TimeSpan.FromHours(1));
        var old = _renewal.At(_time.GetUtcNow());
        var pause = TimeSpan.FromMinutes(55) - TimeSpan.FromSeconds(15); // half of the 30 s that chance spreads
        await _time.WhenArmedAsync(pause);

        _time.Advance(pause - TimeSpan.FromSeconds(1));
        _source.Calls.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _source.AskedAsync();

        _renewal.At(_time.GetUtcNow()).ShouldBeSameAs(old);
        var fresh = Token(TimeSpan.FromHours(1));
        _source.Release(fresh);
        await _time.WhenArmedAsync(pause);
        _renewal.At(_time.GetUtcNow()).ShouldBeSameAs(fresh);
    }

    [Fact]
    public async Task While_the_service_fails_the_last_one_is_used_until_it_expires_and_then_nobody_waits()
    {
        await FirstAsync(TimeSpan.FromHours(1));
        var old = _renewal.At(_time.GetUtcNow());
        await StepAsync(TimeSpan.FromMinutes(55) - TimeSpan.FromSeconds(15));
        await _source.FailAsync("down");
        await StepAsync(TimeSpan.FromSeconds(1)); // back-off of 1 s, then 2 s
        _renewal.At(_time.GetUtcNow()).ShouldBeSameAs(old);
        await _source.FailAsync("still down");
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(1));
        _renewal.At(old!.Expires!.Value).ShouldBeNull();
        _renewal.At(old.Expires.Value - TimeSpan.FromTicks(1)).ShouldBeSameAs(old);
    }

    [Fact]
    public async Task Without_one_and_with_a_failing_service_a_request_fails_at_once_and_the_service_recovers_by_itself()
    {
        _renewal.Start();
        await _source.FailAsync("no role");
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(1));

        (await Should.ThrowAsync<IdentityException>(() => _renewal.WaitAsync(Patience, default).AsTask())).Message.ShouldBe("no role");
        _source.Calls.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        var identity = Token(TimeSpan.FromHours(1));
        await _source.AnswerAsync(identity);
        (await WhenGoodAsync()).ShouldBeSameAs(identity);
    }

    [Fact]
    public async Task The_operator_is_told_why_and_what_to_write_and_when_it_is_mended()
    {
        var log = new ConcurrentQueue<string>();
        using var renewal = new Renewal("bedrock", _source, _time, new FixedChance { Value = 0.5 }, new QueueLogger(log));
        renewal.Start();
        await _source.FailAsync("no role");
        await StepAsync(TimeSpan.FromSeconds(1));
        await _source.AnswerAsync(Token(TimeSpan.FromHours(1)));
        await _time.WhenArmedAsync(TimeSpan.FromMinutes(55) - TimeSpan.FromSeconds(15));

        log.ShouldBe([
            "Provider bedrock has no new credential (it cannot be called): no role. Mend: write the line",
            "Provider bedrock has a credential again",
        ]);
    }

    [Fact]
    public async Task A_service_that_is_silent_costs_a_request_no_more_than_its_patience()
    {
        _renewal.Start();
        await _source.AskedAsync();
        var waiting = _renewal.WaitAsync(Patience, default).AsTask();
        await _time.WhenArmedAsync(Patience);
        _time.Advance(Patience);

        (await Should.ThrowAsync<IdentityException>(() => waiting)).Message.ShouldBe("the identity service has not answered within 10 s");
    }

    [Fact]
    public async Task A_service_that_is_silent_is_given_up_and_asked_again()
    {
        _renewal.Start();
        await _source.AskedAsync();
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(30));
        await StepAsync(TimeSpan.FromSeconds(1));

        await _source.AskedAsync();
        _source.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_clock_that_jumped_over_the_expiry_is_noticed_by_the_next_request()
    {
        await FirstAsync(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromHours(2)); // the timer fires too; whoever is first, one call is made
        var waiting = _renewal.WaitAsync(Patience, default).AsTask();
        var fresh = Token(TimeSpan.FromHours(1));
        await _source.AnswerAsync(fresh);

        (await waiting).ShouldBeSameAs(fresh);
        _source.Calls.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_vendor_throws_at_who_ends_its_call_ends_nothing_else(bool isDisposed)
    {
        var source = new ScriptedSource("settings") { WhenCancelled = static () => throw new InvalidOperationException("no process is associated with this object") };
        using var renewal = new Renewal("azure", source, _time, new FixedChance { Value = 0.5 }, NullLogger.Instance);
        renewal.Start();
        await source.AskedAsync();
        var waiting = renewal.WaitAsync(TimeSpan.FromMinutes(1), default).AsTask();
        if (isDisposed) renewal.Dispose();
        else _time.Advance(TimeSpan.FromSeconds(30)); // the longest that a call may take
        await Should.ThrowAsync<IdentityException>(waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Once_it_is_disposed_it_asks_no_more()
    {
        await FirstAsync(TimeSpan.FromHours(1));
        _renewal.Dispose();
        _time.Advance(TimeSpan.FromHours(2));

        await Should.ThrowAsync<IdentityException>(() => _renewal.WaitAsync(Patience, default).AsTask());
        _source.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(3600, 0, 0.0, 3300)]
    [InlineData(3600, 0, 1.0, 3270)]
    [InlineData(600, 0, 0.5, 300)]
    [InlineData(300, 0, 0.5, 150)] // a service that gives what it has in store, shortly before the end
    [InlineData(4, 0, 0.5, 5)]
    [InlineData(-1, 0, 0.5, 5)]
    [InlineData(null, 0, 0.5, 60)]
    [InlineData(60 * 60 * 24 * 7, 0, 0.0, 60 * 60 * 24)]
    [InlineData(3600, 1, 0.5, 1)]
    [InlineData(3600, 4, 0.5, 8)]
    [InlineData(3600, 50, 0.5, 60)]
    [InlineData(null, 50, 0.0, 30)]
    public void The_pause_depends_on_what_is_left_and_on_failures(int? left, int failures, double chance, int seconds) =>
        RenewalPlan.Pause(left is { } s ? TimeSpan.FromSeconds(s) : null, failures, chance).ShouldBe(TimeSpan.FromSeconds(seconds));

    private BearerIdentity Token(TimeSpan lifetime) => new("t", _time.GetUtcNow() + lifetime);

    private async Task FirstAsync(TimeSpan lifetime)
    {
        _renewal.Start();
        await _source.AnswerAsync(Token(lifetime));
        await WhenGoodAsync();
        await _time.WhenArmedAsync(RenewalPlan.Pause(lifetime, 0, 0.5)); // a moment later: who asks before that waits for the call that is still ending
    }

    private async Task StepAsync(TimeSpan pause)
    {
        await _time.WhenArmedAsync(pause);
        _time.Advance(pause);
    }

    private async Task<Identity> WhenGoodAsync()
    {
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (_renewal.At(_time.GetUtcNow()) is null)
        {
            DateTime.UtcNow.ShouldBeLessThan(limit);
            await Task.Yield();
        }

        return _renewal.At(_time.GetUtcNow())!;
    }

    private sealed class QueueLogger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue(formatter(state, exception));
    }
}
