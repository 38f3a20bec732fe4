using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tollgate.Tests.Authentication;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Retries;

/// <summary>What callers see of failing providers: as long as nothing has gone out to them, nothing.</summary>
public sealed class AttemptLoopTests
{
    private const string Path = "/v1/chat/completions";
    private const string Body = """{"model":"m",  "messages":[{"role":"user","content":"hi"}], "x":1.10}""";
    private const string Answer = """{"id":"a","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""";
    private const string Error = """{"error":{"message":"no","type":"server_error","param":null,"code":null}}""";

    [Fact]
    public async Task A_passing_fault_is_tried_once_more_at_the_same_provider()
    {
        var calls = 0;
        await using var first = new ScriptedProvider(c => Interlocked.Increment(ref calls) == 1 ? c.AnswerAsync(500, Error) : c.AnswerAsync(200, Answer));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        var (status, body, response) = await gateway.PostAsync(Path, Body);
        (status, body).ShouldBe((200, Answer));
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["one"]);
        response.Headers.GetValues("x-tollgate-attempts").ShouldBe(["2"]);
        first.Calls.Count.ShouldBe(2);
        first.Calls.ShouldAllBe(c => c.Text == Body);
        second.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_again_is_false_the_next_provider_is_asked_at_once()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(500, Error));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second, "retry: { attempts: 2, again: false }");
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(200);
        first.Calls.Count.ShouldBe(1);
        second.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500, 2)]
    [InlineData(503, 2)]
    [InlineData(529, 2)]
    [InlineData(408, 2)]
    [InlineData(429, 1)]
    [InlineData(401, 1)]
    [InlineData(403, 1)]
    public async Task A_provider_that_goes_on_failing_is_left_for_the_next(int failure, int tries)
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(failure, Error, ("x-of", "first")));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        var (status, body, response) = await gateway.PostAsync(Path, Body);
        (status, body).ShouldBe((200, Answer));
        response.Headers.Contains("x-of").ShouldBeFalse();
        first.Calls.Count.ShouldBe(tries);
        second.Last.Text.ShouldBe(Body);

        var line = await gateway.LogLineAsync();
        line.GetProperty("provider").GetString().ShouldBe("two");
        line.GetProperty("attempts").GetInt32().ShouldBe(tries + 1);
        line.GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(3);
        line.TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", " \r\n")]
    [InlineData("application/json", "}{ what is this")]
    [InlineData("application/json", "{\"id\":\"a\",\"choices\":[{\"index\":0,\"mess")]
    [InlineData("application/json", "upstream connect error or disconnect/reset before headers")]
    [InlineData("text/html", "<html><body>Welcome</body></html>")]
    public async Task An_answer_of_200_that_is_none_is_a_fault_like_any_other(string media, string garbage)
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(200, media, System.Text.Encoding.UTF8.GetBytes(garbage), ("x-of", "first")));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        var (status, body, response) = await gateway.PostAsync(Path, Body);
        (status, body).ShouldBe((200, Answer));
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["two"]);
    }

    [Fact]
    public async Task An_answer_of_200_that_is_none_of_the_only_provider_is_told_in_the_clients_dialect()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(200, "application/json", "garbage"u8.ToArray()));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "application/json", ReadOnlyMemory<byte>.Empty));
        await using var gateway = await StartAsync(first, second);
        var (status, body, _) = await gateway.PostAsync(Path, Body);
        status.ShouldBe(502);
        body.ShouldContain("provider 'two' sent an empty answer");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_fault_of_the_request_is_told_and_nobody_else_is_asked(int failure)
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(failure, Error));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        var (status, body, _) = await gateway.PostAsync(Path, Body);
        (status, body).ShouldBe((failure, Error));
        (first.Calls.Count, second.Calls.Count).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_provider_that_says_not_to_try_again_is_believed()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(500, Error, ("x-should-retry", "false")));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(500);
        (first.Calls.Count, second.Calls.Count).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_broken_connection_counts_as_a_passing_fault()
    {
        await using var first = new ScriptedProvider(c =>
        {
            c.Reset();
            return Task.CompletedTask;
        });
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(200);
        second.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_silent_provider_is_never_asked_again()
    {
        var time = new ManualTime();
        await using var first = new ScriptedProvider(c =>
        {
            time.Advance(TimeSpan.FromMilliseconds(200)); // here, so that none passes before it is asked
            return Task.Delay(Timeout.Infinite, c.Left);
        });
        await using var second = new ScriptedProvider(c => c.StreamAsync("data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"u8.ToArray(), 1000));
        await using var gateway = await StartAsync(first, second, timeouts: "timeouts: { firstToken: 200ms }", time: time);
        var (status, body, _) = await gateway.PostAsync(Path, """{"model":"m","stream":true,"messages":[]}""");
        status.ShouldBe(200);
        body.ShouldEndWith("data: [DONE]\n\n");
        (first.Calls.Count, second.Calls.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task The_operator_is_told_of_a_failure_that_the_client_does_not_see()
    {
        using var log = new ListLoggerProvider();
        await using var first = new ScriptedProvider(c => c.AnswerAsync(503, Error));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: openai, url: {{first.Url}}/v1, key: k }
              two: { kind: openai, url: {{second.Url}}/v1, key: k }
            models:
              m: [one, { provider: two, priority: 1 }]
            retry: { attempts: 4 }
            """, services => services.AddSingleton<ILoggerProvider>(log));
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(200);
        log.Lines.Count(l => l.Contains("provider one answered 503", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Heartbeats_are_no_first_token()
    {
        var time = new ManualTime();
        await using var first = new ScriptedProvider(async c =>
        {
            await c.BeginAsync(200, "text/event-stream");
            while (!c.Left.IsCancellationRequested)
            {
                await c.ChunkAsync("event: ping\ndata: {\"type\":\"ping\"}\n\n");
                time.Advance(TimeSpan.FromMilliseconds(30)); // here alone, so that none passes before it is asked
                await Task.Delay(10, c.Left);
            }
        });
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: anthropic, url: {{first.Url}}/v1, key: k, timeouts: { firstToken: 300ms, idle: 200ms } }
              two: { kind: openai, url: {{second.Url}}/v1, key: k }
            models:
              m: [{ provider: one, model: claude-sonnet-4-5 }, { provider: two, priority: 1 }]
            retry: { attempts: 3 }
            """, services => services.AddSingleton<TimeProvider>(time));
        var (status, body, response) = await gateway.PostAsync(Path, """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        (status, body).ShouldBe((200, Answer));
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["two"]);
        first.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task When_all_have_failed_the_last_error_is_told_as_it_came()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(503, Error));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(429, """{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", ("retry-after", "77")));
        await using var gateway = await StartAsync(first, second);
        var (status, body, response) = await gateway.PostAsync(Path, Body);
        status.ShouldBe(429);
        body.ShouldContain("slow down");
        response.Headers.GetValues("retry-after").ShouldBe(["77"]);
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["two"]);
        (await gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_error");
    }

    [Fact]
    public async Task The_only_provider_is_asked_again_when_it_wanted_to_be_and_soon()
    {
        var calls = 0;
        await using var only = new ScriptedProvider(c => Interlocked.Increment(ref calls) == 1 ? c.AnswerAsync(429, Error, ("retry-after-ms", "60")) : c.AnswerAsync(200, Answer));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ one: {{ kind: openai, url: {only.Url}/v1, key: k }} }}\nmodels: {{ m: one }}\nretry: {{ attempts: 2 }}\n");
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(200);
        only.Calls.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("retry: { attempts: 3, maxWait: 1s }", "5")]
    [InlineData("retry: { attempts: 3, maxWait: 2m, deadline: 30s }", "60")]
    [InlineData("retry: { attempts: 1 }", "0")]
    public async Task A_wait_that_is_too_long_is_passed_on_instead(string retry, string retryAfter)
    {
        await using var only = new ScriptedProvider(c => c.AnswerAsync(429, Error, ("retry-after", retryAfter)));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ one: {{ kind: openai, url: {only.Url}/v1, key: k }} }}\nmodels: {{ m: one }}\n{retry}\n");
        var (status, _, response) = await gateway.PostAsync(Path, Body);
        status.ShouldBe(429);
        response.Headers.GetValues("retry-after").ShouldBe([retryAfter]);
        only.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_number_of_attempts_is_for_all_backends_together()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(503, Error));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(503, Error));
        await using var gateway = await StartAsync(first, second, "retry: { attempts: 3 }");
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(503);
        (first.Calls.Count + second.Calls.Count).ShouldBe(3);
        (await gateway.LogLineAsync()).GetProperty("attempts").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Nobody_else_is_asked_once_the_answer_has_begun()
    {
        await using var first = new ScriptedProvider(async c =>
        {
            await c.BeginAsync(200, "text/event-stream");
            await c.ChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n");
            c.Reset();
        });
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        var (status, body, _) = await gateway.PostAsync(Path, """{"model":"m","stream":true,"messages":[]}""");
        status.ShouldBe(200);
        body.ShouldContain("half");
        body.ShouldContain("stream_interrupted");
        body.ShouldNotContain("[DONE]");
        second.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_translation_the_next_provider_still_gets_the_clients_own_bytes()
    {
        await using var claude = new ScriptedProvider(c => c.AnswerAsync(503, """{"type":"error","error":{"type":"api_error","message":"down"}}"""));
        await using var plain = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: anthropic, url: {{claude.Url}}/v1, key: k }
              two: { kind: openai, url: {{plain.Url}}/v1, key: k }
            models:
              m: [{ provider: one, model: claude-sonnet-4-5 }, { provider: two, priority: 1 }]
            retry: { attempts: 3 }
            """);
        (await gateway.PostAsync(Path, """{"model":"m",  "messages":[{"role":"user","content":"hi"}]}""")).Body.ShouldBe(Answer);
        claude.Last.Target.ShouldBe("/v1/messages");
        plain.Last.Text.ShouldBe("""{"model":"m",  "messages":[{"role":"user","content":"hi"}]}""");
    }

    [Fact]
    public async Task Before_a_translation_nothing_of_the_first_attempt_is_left()
    {
        await using var plain = new ScriptedProvider(c => c.AnswerAsync(401, Error, ("x-of", "first")));
        await using var claude = new ScriptedProvider(c => c.AnswerAsync(200, """{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"bonjour"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}"""));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: openai, url: {{plain.Url}}/v1, key: k }
              two: { kind: anthropic, url: {{claude.Url}}/v1, key: k }
            models:
              m: [one, { provider: two, model: claude-sonnet-4-5, priority: 1 }]
            retry: { attempts: 3 }
            """);
        var (status, body, response) = await gateway.PostAsync(Path, """{"model":"m","messages":[{"role":"user","content":"hi"}]}""");
        status.ShouldBe(200);
        body.ShouldContain("bonjour");
        response.Headers.Contains("x-of").ShouldBeFalse();
        (await gateway.LogLineAsync()).GetProperty("model_response").GetString().ShouldBe("claude-x");
    }

    [Fact]
    public async Task A_finished_stream_whose_connection_stays_open_is_ended()
    {
        await using var only = new ScriptedProvider(async c =>
        {
            await c.BeginAsync(200, "text/event-stream");
            await c.ChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"all\"},\"finish_reason\":\"stop\"}]}\n\n");
            while (!c.Left.IsCancellationRequested)
            {
                await Task.Delay(50, c.Left);
                await c.ChunkAsync(": still here\n\n"); // a heartbeat keeps nothing open
            }
        });
        await using var gateway = await TestGateway.StartAsync($"providers: {{ one: {{ kind: openai, url: {only.Url}/v1, key: k, timeouts: {{ idle: 300ms }} }} }}\nmodels: {{ m: one }}\n");
        var (_, body, _) = await gateway.PostAsync(Path, """{"model":"m","stream":true,"messages":[]}""");
        body.ShouldEndWith("data: [DONE]\n\n");
        body.ShouldNotContain("error");
    }

    private static Task<TestGateway> StartAsync(ScriptedProvider first, ScriptedProvider second, string retry = "retry: { attempts: 4 }", string timeouts = "", TimeProvider? time = null) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{first.Url}}/v1, key: k{{(timeouts.Length > 0 ? ", " + timeouts : "")}} }
          two: { kind: openai, url: {{second.Url}}/v1, key: k }
        models:
          m: [one, { provider: two, priority: 1 }]
        {{retry}}
        """, services =>
    {
        if (time is not null) services.AddSingleton(time);
    });
}
