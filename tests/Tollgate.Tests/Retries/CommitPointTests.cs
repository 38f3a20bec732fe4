using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Retries;

/// <summary>A relayed stream can be given up until it has said something; then of it nothing is seen.</summary>
public sealed class CommitPointTests
{
    [Fact]
    public async Task A_stream_that_breaks_before_it_says_anything_is_made_anew()
    {
        var calls = 0;
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream", ("x-of", "first"));
            await call.ChunkAsync(Role + Heartbeat);
            if (Interlocked.Increment(ref calls) == 1) call.Reset();
            else await call.EndAsync();
        });
        await using var two = Streaming(Whole("good"));
        await using var gateway = await StartAsync(one, two);
        var (status, body, response) = await gateway.PostAsync(Chat, Streamed);
        (status, body).ShouldBe((200, Whole("good")));
        response.Headers.GetValues("x-of").ShouldBe(["this one"]);
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["two"]);
        response.Headers.GetValues("x-tollgate-attempts").ShouldBe(["3"]);
        (one.Calls.Count, two.Calls.Count).ShouldBe((2, 1));
        var line = await gateway.LogLineAsync();
        line.TryGetProperty("error", out _).ShouldBeFalse();
        var failed = line.GetProperty("failed_attempts").EnumerateArray().ToArray();
        failed.Length.ShouldBe(2);
        failed.ShouldAllBe(f => f.GetProperty("provider").GetString() == "one" && f.GetProperty("status").GetInt32() == 200 && f.GetProperty("error").GetString() == "stream_interrupted");
    }

    [Theory]
    [InlineData("server_error", null, 2)]
    [InlineData("overloaded_error", null, 2)]
    [InlineData("requests", "rate_limit_exceeded", 1)]
    [InlineData("invalid_request_error", "invalid_api_key", 1)]
    public async Task An_error_under_a_good_status_falls_over(string type, string? code, int tries)
    {
        await using var one = Streaming(Role, "data: " + Error("no", type, code) + "\n\n");
        await using var two = Streaming(Whole("good"));
        await using var gateway = await StartAsync(one, two);
        var (status, body, _) = await gateway.PostAsync(Chat, Streamed);
        (status, body).ShouldBe((200, Whole("good")));
        one.Calls.Count.ShouldBe(tries);
    }

    [Theory]
    [InlineData("content_filter")]
    [InlineData("content_policy_violation")]
    public async Task What_a_filter_forbids_is_told_as_it_came_and_nobody_else_is_asked(string code)
    {
        var sent = Role + "data: " + Error("blocked", "invalid_request_error", code) + "\n\n";
        await using var one = Streaming(Role, sent[Role.Length..]);
        await using var two = Streaming(Whole("good"));
        await using var gateway = await StartAsync(one, two);
        var (status, body, _) = await gateway.PostAsync(Chat, Streamed);
        (status, body).ShouldBe((200, sent));
        two.Calls.ShouldBeEmpty();
        (await gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_stream_error");
    }

    [Fact]
    public async Task When_all_begin_with_an_error_the_last_ones_stream_is_passed_on_whole()
    {
        var sent = Role + Heartbeat + "data: " + Error("no") + "\n\n";
        await using var one = Streaming(Role, sent[Role.Length..]);
        await using var two = Streaming(Whole("never asked"));
        await using var gateway = await StartAsync(one, two, models: "m: one");
        var (status, body, response) = await gateway.PostAsync(Chat, Streamed);
        (status, body).ShouldBe((200, sent));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        response.Headers.GetValues("x-of").ShouldBe(["this one"]);
        one.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_role_and_comments_are_no_first_token()
    {
        var time = new ManualTime();
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Role);
            while (!call.Left.IsCancellationRequested)
            {
                await call.ChunkAsync(Heartbeat);
                time.Advance(TimeSpan.FromMilliseconds(30)); // here alone, so that none passes before it is asked
                await Task.Delay(10, call.Left);
            }
        });
        await using var two = Streaming(Whole("good"));
        await using var gateway = await StartAsync(one, two, ", timeouts: { firstToken: 300ms, idle: 200ms }", time: time);
        var (status, body, _) = await gateway.PostAsync(Chat, Streamed);
        (status, body).ShouldBe((200, Whole("good")));
        one.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_says_too_much_without_content_is_believed()
    {
        var noise = string.Concat(Enumerable.Repeat(Heartbeat, 64));
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(noise);
            await call.ClosedAsync();
        });
        await using var two = Streaming(Whole("never asked"));
        await using var gateway = await StartAsync(one, two);
        using var message = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Streamed, null, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        var read = new byte[noise.Length];
        await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(read);
        System.Text.Encoding.UTF8.GetString(read).ShouldBe(noise);
    }

    [Fact]
    public async Task An_answer_without_any_content_is_an_answer()
    {
        await using var one = Streaming(Role, Finish, Done);
        await using var two = Streaming(Whole("never asked"));
        await using var gateway = await StartAsync(one, two);
        (await gateway.PostAsync(Chat, Streamed)).Body.ShouldBe(Role + Finish + Done);
        two.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_no_other_attempt_to_make_the_first_event_goes_out_at_once()
    {
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Role);
            await call.ClosedAsync();
        });
        await using var two = Streaming(Whole("never asked"));
        await using var gateway = await StartAsync(one, two, rest: "retry: { attempts: 1 }");
        using var message = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Streamed, null, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[Role.Length]);
    }

    [Fact]
    public async Task A_failed_response_falls_over_too()
    {
        const string Created = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\",\"model\":\"m-1\"}}\n\n";
        const string Failed = "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"id\":\"r1\",\"error\":{\"code\":\"server_error\",\"message\":\"no\"}}}\n\n";
        const string Good = Created + "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\"}}\n\n";
        await using var one = Streaming(Created, Failed);
        await using var two = Streaming(Good);
        await using var gateway = await StartAsync(one, two);
        (await gateway.PostAsync("/v1/responses", """{"model":"m","stream":true,"input":"hi"}""")).Body.ShouldBe(Good);
    }

    [Fact]
    public async Task An_error_under_a_good_status_in_one_piece_falls_over()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(200, Error("overloaded"), ("x-of", "first")));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(200, Answer("good")));
        await using var gateway = await StartAsync(one, two);
        var (status, body, response) = await gateway.PostAsync(Chat, Plain);
        (status, body).ShouldBe((200, Answer("good")));
        response.Headers.Contains("x-of").ShouldBeFalse();

        await using var alone = await StartAsync(one, two, models: "m: one");
        (status, body, _) = await alone.PostAsync(Chat, Plain);
        (status, body).ShouldBe((200, Error("overloaded")));
    }
}
