using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Retries;

namespace Tollgate.Tests.Limits;

/// <summary>retry.deadline and the attempt that runs when it comes, with a clock that the test moves.</summary>
public sealed class DeadlineTests
{
    private const string Cut = "had not begun to answer when the request's 5 s were over (retry.deadline)";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/messages", false)]
    [InlineData("/v1/messages", true)]
    public async Task Ends_an_attempt_that_has_nothing_for_the_client_yet(string path, bool stream)
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(call => HangAsync(call, asked));
        await using var gateway = await StartAsync(time, provider, "retry: { deadline: 5s }");
        var answer = ErrorShape.PostAsync(gateway, path, Ask(stream));
        await asked.Task;
        time.Advance(Deadline);
        var (status, error) = await answer;
        status.ShouldBe(504);
        error.ShouldBeOfType(path, "server_error", "timeout_error", "provider_timeout");
        error.Message.ShouldEndWith(Cut);
        provider.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Ends_a_later_attempt_at_the_same_moment_and_does_not_blame_its_provider()
    {
        var time = new ManualTime();
        await using var one = new ScriptedProvider(call => call.ClosedAsync());
        var asked = new TaskCompletionSource();
        await using var two = new ScriptedProvider(call => HangAsync(call, asked));
        await using var gateway = await StartAsync(time, one, "retry: { deadline: 5s }\nhealth: { failures: 1, rest: 1h, maxRest: 1h }", two, firstToken: "3s");
        var answer = gateway.PostAsync(TwoProviders.Chat, Ask(stream: true));
        await time.WhenArmedAsync(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(3));
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(2));
        var (status, body, _) = await answer;
        status.ShouldBe(504);
        body.ShouldContain("provider 'two' " + Cut);

        using var page = JsonDocument.Parse(await gateway.Admin.GetStringAsync("/backends"));
        page.RootElement.GetProperty("backends").EnumerateArray()
            .Select(b => (b.GetProperty("provider").GetString(), b.GetProperty("ejections").GetInt32()))
            .ShouldBe([("one", 1), ("two", 0)], ignoreOrder: true);
    }

    [Fact]
    public async Task Does_not_end_an_answer_that_has_begun()
    {
        var time = new ManualTime();
        var go = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(TwoProviders.Role + TwoProviders.Text("slow"));
            await go.Task;
            await call.ChunkAsync(TwoProviders.Finish + TwoProviders.Done);
            await call.EndAsync();
        });
        await using var gateway = await StartAsync(time, provider, "retry: { deadline: 5s }\nkeepAlive: 0s");
        var answer = gateway.PostAsync(TwoProviders.Chat, Ask(stream: true));
        await time.WhenArmedAsync(TimeSpan.FromSeconds(60)); // idle
        time.Advance(TimeSpan.FromSeconds(50));
        go.SetResult();
        var (status, body, _) = await answer;
        status.ShouldBe(200);
        body.ShouldEndWith(TwoProviders.Done);
    }

    [Fact]
    public async Task That_nobody_wrote_ends_nothing()
    {
        var time = new ManualTime();
        await using var provider = new ScriptedProvider(call => call.ClosedAsync());
        await using var gateway = await StartAsync(time, provider, "retry: { attempts: 3 }");
        var answer = gateway.PostAsync(TwoProviders.Chat, Ask(stream: false));
        await time.WhenArmedAsync(TimeSpan.FromMinutes(10));
        time.Advance(TimeSpan.FromMinutes(9));
        answer.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(1));
        (await answer).Body.ShouldContain("timeouts.total");
    }

    private static Task HangAsync(ProviderCall call, TaskCompletionSource asked)
    {
        asked.SetResult();
        return call.ClosedAsync();
    }

    private static string Ask(bool stream) =>
        $"{{\"model\":\"m\",\"max_tokens\":9,\"stream\":{(stream ? "true" : "false")},\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]}}";

    private static Task<TestGateway> StartAsync(TimeProvider time, ScriptedProvider one, string rest, ScriptedProvider? two = null, string firstToken = "60s") => TestGateway.StartAsync(
        $$"""
        providers:
          one: { kind: openai, url: {{one.Url}}/v1, key: k, timeouts: { firstToken: {{firstToken}} } }
          two: { kind: openai, url: {{(two ?? one).Url}}/v1, key: k }
        models:
          m: {{(two is null ? "one" : "[one, { provider: two, priority: 1 }]")}}
        {{rest}}
        """,
        services => services.AddSingleton(time));
}
