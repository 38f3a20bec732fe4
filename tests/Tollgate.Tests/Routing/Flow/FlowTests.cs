using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Flow;

/// <summary>A provider with maxConcurrent behind the whole gateway.</summary>
public sealed class FlowTests
{
    private const string Path = "/v1/chat/completions";
    private const string Body = """{"model":"m","messages":[]}""";

    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _held = [];

    [Fact]
    public async Task More_than_allowed_wait_their_turn()
    {
        await using var provider = new ScriptedProvider(HoldAsync);
        await using var gateway = await StartAsync(provider, "maxConcurrent: 2");
        var asked = Enumerable.Range(0, 5).Select(_ => gateway.PostAsync(Path, Body)).ToArray();
        for (var served = 0; served < 5; served++)
        {
            await UntilAsync(() => provider.Calls.Count == Math.Min(5, served + 2));
            await QueuedAsync(gateway, Math.Max(0, 3 - served));
            await ReleaseAsync();
        }

        (await Task.WhenAll(asked)).ShouldAllBe(a => a.Status == 200);
        await UnderWayAsync(gateway, 0);
    }

    [Theory]
    [InlineData(Path, "rate_limit_exceeded")]
    [InlineData("/v1/messages", "rate_limit_error")]
    public async Task With_a_full_queue_the_caller_is_told_when_to_come_back(string path, string code)
    {
        await using var provider = new ScriptedProvider(HoldAsync);
        await using var gateway = await StartAsync(provider, "maxConcurrent: 1, maxQueued: 0");
        var first = gateway.PostAsync(Path, Body);
        await UntilAsync(() => provider.Calls.Count == 1);
        var (status, body, response) = await gateway.PostAsync(path, """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]}""");
        status.ShouldBe(429);
        response.Headers.GetValues("retry-after").ShouldBe(["1"]);
        body.ShouldContain(code);
        body.ShouldContain("provider 'one' has 1 requests under way (maxConcurrent), and its queue is full (maxQueued)");
        await ReleaseAsync();
        (await first).Status.ShouldBe(200);
        provider.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_told_so()
    {
        await using var provider = new ScriptedProvider(HoldAsync);
        await using var gateway = await StartAsync(provider, "maxConcurrent: 1, queueTimeout: 4s");
        var first = gateway.PostAsync(Path, Body);
        await UntilAsync(() => provider.Calls.Count == 1);
        var second = gateway.PostAsync(Path, Body);
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(4));
        _time.Advance(TimeSpan.FromSeconds(4));
        var (status, body, _) = await second;
        status.ShouldBe(429);
        body.ShouldContain("queueTimeout");
        await ReleaseAsync();
        (await first).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_next_backend_takes_what_does_not_fit()
    {
        await using var provider = new ScriptedProvider(HoldAsync);
        await using var other = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider, "maxConcurrent: 1, maxQueued: 0", other);
        var first = gateway.PostAsync(Path, Body);
        await UntilAsync(() => provider.Calls.Count == 1);
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(200);
        (provider.Calls.Count, other.Calls.Count).ShouldBe((1, 1));
        await ReleaseAsync();
        (await first).Status.ShouldBe(200);
        JsonDocument.Parse(await gateway.Admin.GetStringAsync("/backends")).RootElement.GetProperty("backends")[0].GetProperty("state").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task A_client_that_leaves_the_queue_is_not_sent_on_and_keeps_no_place()
    {
        await using var provider = new ScriptedProvider(HoldAsync);
        await using var gateway = await StartAsync(provider, "maxConcurrent: 1");
        var first = gateway.PostAsync(Path, Body);
        await UntilAsync(() => provider.Calls.Count == 1);
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        var second = gateway.Client.PostAsync(Path, content, leaving.Token);
        await QueuedAsync(gateway, 1);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        await QueuedAsync(gateway, 0);
        var line = await gateway.LogLineAsync();
        (line.GetProperty("status").GetInt32(), line.GetProperty("attempts").GetInt32()).ShouldBe((499, 0));
        await ReleaseAsync();
        (await first).Status.ShouldBe(200);
        provider.Calls.Count.ShouldBe(1);
        await UnderWayAsync(gateway, 0);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_is_served_gives_its_place_to_the_next()
    {
        await using var provider = new ScriptedProvider(HoldAsync);
        await using var gateway = await StartAsync(provider, "maxConcurrent: 1");
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        var first = gateway.Client.PostAsync(Path, content, leaving.Token);
        await UntilAsync(() => provider.Calls.Count == 1);
        var second = gateway.PostAsync(Path, Body);
        await QueuedAsync(gateway, 1);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await UntilAsync(() => provider.Calls.Count == 2);
        await ReleaseAsync();
        await ReleaseAsync();
        (await second).Status.ShouldBe(200);
    }

    private async Task HoldAsync(ProviderCall call)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held.Enqueue(held);
        await held.Task.WaitAsync(call.Left);
        await call.AnswerAsync(200, "{}");
    }

    private async Task ReleaseAsync()
    {
        TaskCompletionSource? held = null;
        await UntilAsync(() => _held.TryDequeue(out held));
        held!.SetResult();
    }

    private static async Task QueuedAsync(TestGateway gateway, int count) => await UntilAsync(async () => await FigureAsync(gateway, "queued") == count);

    private static async Task UnderWayAsync(TestGateway gateway, int count) => await UntilAsync(async () => await FigureAsync(gateway, "under_way") == count);

    private static async Task<int> FigureAsync(TestGateway gateway, string name) =>
        JsonDocument.Parse(await gateway.Admin.GetStringAsync("/backends")).RootElement.GetProperty("providers")[0].GetProperty(name).GetInt32();

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition()) await Task.Delay(5, limit.Token);
    }

    private Task<TestGateway> StartAsync(ScriptedProvider provider, string limits, ScriptedProvider? other = null) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{provider.Url}}/v1, key: k, {{limits}} }
          two: { kind: openai, url: {{(other ?? provider).Url}}/v1, key: k }
        models:
          m: {{(other is null ? "one" : "[one, { provider: two, priority: 1 }]")}}
        retry: { attempts: 3 }
        """, s => s.AddSingleton<TimeProvider>(_time));
}
