namespace Tollgate.Simulator.Tests;

public sealed class PaceTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private SimulatorHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await SimulatorHost.StartAsync(new SimulatorOptions(), ["http://127.0.0.1:0"], _time, CancellationToken.None);
        _client.BaseAddress = new Uri(_host.Addresses[0]);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("sim/slow", "", 5000)]
    [InlineData("sim/slow-2s", "", 2000)]
    [InlineData("gpt-5", "?sim=latency=300ms", 300)]
    [InlineData("gpt-5", "?latency=300ms", 300)]
    public async Task The_first_token_waits_as_long_as_it_is_told(string model, string query, int milliseconds)
    {
        using var request = Requests.Ask("openai", model);
        request.RequestUri = new Uri(Requests.Chat + query, UriKind.Relative);
        var answer = _client.SendAsync(request);
        (await _time.NextWaitAsync()).TotalMilliseconds.ShouldBe(milliseconds);
        answer.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        (await answer).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Tokens_come_at_the_speed_that_is_asked_for()
    {
        var got = 0;
        var reading = KnobTests.ReadDeltasAsync(_client, "sim/tps=4", _ => Interlocked.Increment(ref got));
        for (var i = 0; i < 3; i++)
        {
            (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromMilliseconds(250));
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }

        // Late tokens are not late twice: after a long time the rest comes at once.
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromMilliseconds(250));
        _time.Advance(TimeSpan.FromHours(1));
        await reading;
        got.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task An_answer_in_one_piece_takes_as_long_as_its_tokens()
    {
        var answer = _client.JsonAsync(Requests.Ask("openai", "sim/tps=10"));
        var wait = await _time.NextWaitAsync();
        _time.Advance(wait);
        var tokens = (int)(await answer)["usage"]!["completion_tokens"]!;
        wait.TotalSeconds.ShouldBe((tokens - 1) / 10.0, 0.001);
    }

    [Fact]
    public async Task Options_set_the_pace_where_no_knob_does()
    {
        var options = new SimulatorOptions { FirstTokenLatency = TimeSpan.FromSeconds(3), TokensPerSecond = 2 };
        await using var host = await SimulatorHost.StartAsync(options, ["127.0.0.1:0"], _time, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(host.Addresses[0]) };
        var answer = client.JsonAsync(Requests.Ask("openai", "gpt-5", more: ",\"max_tokens\":5"));
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(3));
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));
        await answer;

        var quick = client.JsonAsync(Requests.Ask("openai", "sim/latency=1s+tps=4", more: ",\"max_tokens\":5"));
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await quick;
    }

    [Fact]
    public async Task Timeout_never_answers()
    {
        using var stop = new CancellationTokenSource();
        var answer = _client.SendAsync(Requests.Ask("openai", "sim/timeout"), stop.Token);
        await _client.JsonAsync(Requests.Ask("openai", "gpt-5"));
        _time.Advance(TimeSpan.FromDays(1));
        await _client.JsonAsync(Requests.Ask("openai", "gpt-5"));
        answer.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task Knobs_join_with_a_plus()
    {
        var answer = _client.SendAsync(Requests.Ask("openai", "sim/slow-2s+503"));
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));
        ((int)(await answer).StatusCode).ShouldBe(503);
    }
}
