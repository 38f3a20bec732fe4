using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>Providers that are asked whether they are there although no request needs them.</summary>
public sealed class ProbeTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(7);

    private readonly ManualTime _time = new();
    private int _heard;

    [Fact]
    public async Task A_provider_that_does_not_answer_probes_is_out_before_a_request_meets_it_and_back_when_it_does()
    {
        var down = true;
        await using var first = new ScriptedProvider(c => AnswerAsync(c, down ? 503 : 200));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(first, second);
        for (var i = 0; i < 3; i++) await ProbeAsync();
        first.Calls.ShouldAllBe(c => c.Method == "GET" && c.Target == "/v1/models?x=1" && c.Headers["authorization"] == "Bearer k");
        await OutAsync(gateway, "out");

        await PostAsync(gateway);
        (first.Calls.Count, second.Calls.Count).ShouldBe((3, 1));

        // Probes fail on, so the rest (1.5 s) is over several times and nothing but a request would try. Now one is good.
        down = false;
        await ProbeAsync();
        await PostAsync(gateway);
        first.Last.Method.ShouldBe("POST");
        await OutAsync(gateway, "ok");
    }

    [Fact]
    public async Task An_answer_that_refuses_the_probe_says_nothing()
    {
        await using var first = new ScriptedProvider(c => AnswerAsync(c, 404));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(first, second);
        for (var i = 0; i < 5; i++) await ProbeAsync();
        first.Calls.Count.ShouldBe(5);
        await OutAsync(gateway, "ok");
    }

    /// <summary>Answers, and waits until the gateway has heard it: it closes the connection then.</summary>
    private async Task AnswerAsync(ProviderCall call, int status)
    {
        await call.AnswerAsync(status, "{}", ("connection", "close"));
        await call.ClosedAsync();
        Interlocked.Increment(ref _heard);
    }

    /// <summary>One probe to its end: the next interval, which is a probe's time limit too, would break off one that still runs.</summary>
    private async Task ProbeAsync()
    {
        await _time.WhenArmedAsync(Interval);
        var before = Volatile.Read(ref _heard);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        _time.Advance(Interval);
        while (Volatile.Read(ref _heard) == before) await Task.Delay(5, limit.Token);
    }

    /// <summary>What the last probe said may still be on its way.</summary>
    private static async Task OutAsync(TestGateway gateway, string state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await gateway.Admin.GetStringAsync("/backends", limit.Token)).Contains($"\"provider\": \"one\",\n      \"model\": \"m\",\n      \"key\": \"key\",\n      \"state\": \"{state}\"", StringComparison.Ordinal)) await Task.Delay(5, limit.Token);
    }

    private static async Task PostAsync(TestGateway gateway) =>
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""")).Status.ShouldBe(200);

    private Task<TestGateway> StartAsync(ScriptedProvider first, ScriptedProvider second) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{first.Url}}/v1, key: k, health: { probe: { interval: 7s, path: "/models?x=1" } } }
          two: { kind: openai, url: {{second.Url}}/v1, key: k }
        models:
          m: [one, { provider: two, priority: 1 }]
        retry: { attempts: 1 }
        """, s => s.AddSingleton<TimeProvider>(_time));
}
