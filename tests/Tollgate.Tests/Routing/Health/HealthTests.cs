using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>A failing provider behind the whole gateway: who is asked, who is not, and what the caller sees.</summary>
public sealed class HealthTests
{
    private const string Body = """{"model":"m","messages":[]}""";
    private const string Error = """{"error":{"message":"no","type":"server_error","param":null,"code":null}}""";

    private readonly ManualTime _time = new();
    private readonly FixedChance _chance = new();

    [Fact]
    public async Task A_provider_that_is_down_is_left_alone_and_asked_again_by_one_request_at_a_time()
    {
        var down = true;
        await using var first = new ScriptedProvider(c => down ? c.AnswerAsync(429, Error) : c.AnswerAsync(200, "{}")); // without retry-after: a failure like another
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(Two(first, second));
        for (var i = 0; i < 10; i++) (await PostAsync(gateway)).Status.ShouldBe(200);
        (first.Calls.Count, second.Calls.Count).ShouldBe((3, 10)); // three failures, then nothing any more

        _time.Advance(TimeSpan.FromSeconds(1.5));
        for (var i = 0; i < 5; i++) (await PostAsync(gateway)).Status.ShouldBe(200);
        (first.Calls.Count, second.Calls.Count).ShouldBe((4, 15)); // one of them tried

        down = false;
        _time.Advance(TimeSpan.FromSeconds(2.4));
        for (var i = 0; i < 5; i++) (await PostAsync(gateway)).Status.ShouldBe(200);
        (first.Calls.Count, second.Calls.Count).ShouldBe((9, 15)); // back at once
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task What_is_the_requests_own_fault_counts_against_nobody(int status)
    {
        await using var only = new ScriptedProvider(c => c.AnswerAsync(status, Error));
        await using var gateway = await StartAsync(One(only));
        for (var i = 0; i < 6; i++) (await PostAsync(gateway)).Status.ShouldBe(status);
        only.Calls.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "no_provider")]
    [InlineData("/v1/messages", "api_error")]
    public async Task When_all_are_out_the_caller_is_told_at_once_when_to_come_back(string path, string code)
    {
        await using var both = new ScriptedProvider(c => c.AnswerAsync(500, Error));
        await using var gateway = await StartAsync(OneEach(both, both));
        for (var i = 0; i < 6; i++) (await PostAsync(gateway)).Status.ShouldBe(500);
        var (status, body, response) = await gateway.PostAsync(path, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""");
        status.ShouldBe(503);
        response.Headers.GetValues("retry-after").ShouldBe(["2"]);
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        error.GetProperty(path == "/v1/messages" ? "type" : "code").GetString().ShouldBe(code);
        error.GetProperty("message").GetString().ShouldBe("every provider of 'm' is left alone after failing (last: status 500); try again in 2 s");
        both.Calls.Count.ShouldBe(6);
    }

    [Fact]
    public async Task When_all_are_out_each_is_tried_early_once_because_nobody_else_can_answer()
    {
        await using var both = new ScriptedProvider(c => c.AnswerAsync(500, Error));
        await using var gateway = await StartAsync(OneEach(both, both));
        for (var i = 0; i < 6; i++) await PostAsync(gateway);
        _time.Advance(TimeSpan.FromMilliseconds(380)); // of 1500
        for (var i = 0; i < 5; i++) await PostAsync(gateway);
        both.Calls.Count.ShouldBe(8);
    }

    [Fact]
    public async Task The_only_provider_is_asked_whatever_it_said_before()
    {
        var status = 500;
        await using var only = new ScriptedProvider(c => c.AnswerAsync(status, Error));
        await using var gateway = await StartAsync(One(only));
        for (var i = 0; i < 5; i++) (await PostAsync(gateway)).Status.ShouldBe(500);
        status = 200;
        (await PostAsync(gateway)).Status.ShouldBe(200);
        only.Calls.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_busy_provider_rests_as_long_as_it_asks()
    {
        var busy = true;
        await using var first = new ScriptedProvider(c => busy ? c.AnswerAsync(429, Error, ("retry-after", "7")) : c.AnswerAsync(200, "{}"));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(Two(first, second));
        for (var i = 0; i < 3; i++) (await PostAsync(gateway)).Status.ShouldBe(200);
        (first.Calls.Count, second.Calls.Count).ShouldBe((1, 3));
        busy = false;
        _time.Advance(TimeSpan.FromSeconds(6.9));
        await PostAsync(gateway);
        first.Calls.Count.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await PostAsync(gateway);
        (first.Calls.Count, second.Calls.Count).ShouldBe((2, 4));
    }

    [Fact]
    public async Task Providers_that_are_all_busy_are_not_asked_before_their_time()
    {
        await using var both = new ScriptedProvider(c => c.AnswerAsync(429, Error, ("retry-after", "7")));
        await using var gateway = await StartAsync(OneEach(both, both));
        for (var i = 0; i < 2; i++) (await PostAsync(gateway)).Status.ShouldBe(429);
        var (status, body, response) = await gateway.PostAsync("/v1/chat/completions", Body);
        status.ShouldBe(429);
        body.ShouldContain("rate_limit_exceeded");
        response.Headers.GetValues("retry-after").ShouldBe(["7"]);
        both.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_stream_that_breaks_counts_although_its_status_was_good()
    {
        await using var first = new ScriptedProvider(async c =>
        {
            await c.BeginAsync(200, "text/event-stream");
            await c.ChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n");
            c.Reset();
        });
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(Two(first, second));
        for (var i = 0; i < 5; i++) await gateway.PostAsync("/v1/chat/completions", """{"model":"m","stream":true,"messages":[]}""");
        (first.Calls.Count, second.Calls.Count).ShouldBe((3, 2));
    }

    [Fact]
    public async Task A_client_that_leaves_counts_against_nobody_and_gives_the_trial_back()
    {
        var down = true;
        await using var first = new ScriptedProvider(c => down ? c.AnswerAsync(503, Error) : Task.Delay(Timeout.Infinite, c.Left));
        await using var gateway = await StartAsync(One(first));
        for (var i = 0; i < 3; i++) await PostAsync(gateway);
        down = false;
        _time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 3; i++)
        {
            // Each is the one request that tries, because the one before gave the trial back.
            using var leaving = new CancellationTokenSource();
            using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
            var asking = gateway.Client.PostAsync("/v1/chat/completions", content, leaving.Token);
            while (first.Calls.Count < 4 + i) await Task.Delay(5);
            await leaving.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(asking);
            await gateway.LogLineAsync(4 + i);
        }

        (await BackendAsync(gateway)).GetProperty("ejections").GetInt32().ShouldBe(1);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await BackendAsync(gateway)).GetProperty("in_flight").GetInt32() != 0) await Task.Delay(5, limit.Token);
    }

    [Fact]
    public async Task Switched_off_a_failing_provider_is_always_asked()
    {
        await using var only = new ScriptedProvider(c => c.AnswerAsync(500, Error));
        await using var gateway = await StartAsync(One(only).Replace("health: {}", "health: { enabled: false }", StringComparison.Ordinal));
        for (var i = 0; i < 6; i++) (await PostAsync(gateway)).Status.ShouldBe(500);
        only.Calls.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_providers_own_limits_replace_those_of_all()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(500, Error));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(OneEach(first, second).Replace("key: a }", "key: a, health: { failures: 5 } }", StringComparison.Ordinal));
        for (var i = 0; i < 8; i++) await PostAsync(gateway);
        (first.Calls.Count, second.Calls.Count).ShouldBe((5, 3));
    }

    private static string One(ScriptedProvider only) => $"""
        providers: {"{"} one: {"{"} kind: openai, url: {only.Url}/v1, key: k {"}"} {"}"}
        models: {"{"} m: one {"}"}
        health: {"{}"}
        """;

    /// <summary>One attempt for each request, so that every answer of a provider is seen.</summary>
    private static string OneEach(ScriptedProvider first, ScriptedProvider second) => $$"""
        providers:
          one: { kind: openai, url: {{first.Url}}/v1, key: a }
          two: { kind: openai, url: {{second.Url}}/v1, key: b }
        models:
          m: [one, { provider: two, priority: 1 }]
        retry: { attempts: 1 }
        """;

    private static string Two(ScriptedProvider first, ScriptedProvider second) => $$"""
        providers:
          one: { kind: openai, url: {{first.Url}}/v1, key: k }
          two: { kind: openai, url: {{second.Url}}/v1, key: k }
        models:
          m: [one, { provider: two, priority: 1 }]
        retry: { attempts: 2 }
        """;

    private static async Task<(int Status, string Body)> PostAsync(TestGateway gateway)
    {
        var (status, body, _) = await gateway.PostAsync("/v1/chat/completions", Body);
        return (status, body);
    }

    private static async Task<JsonElement> BackendAsync(TestGateway gateway) =>
        JsonDocument.Parse(await gateway.Admin.GetStringAsync("/backends")).RootElement.GetProperty("backends")[0];

    private Task<TestGateway> StartAsync(string yaml) => TestGateway.StartAsync(yaml, s =>
    {
        s.AddSingleton<TimeProvider>(_time);
        s.AddSingleton<Chance>(_chance);
    });
}
