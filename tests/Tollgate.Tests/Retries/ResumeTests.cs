using System.Text.Json;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Translation;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Retries;

/// <summary>A text that breaks off is gone on with, and the client has one answer.</summary>
public sealed class ResumeTests
{
    private const string Resumed = ": resumed\n\n";
    private const string Messages = "/v1/messages";
    private const string AnthropicBody = """{"model":"m","stream":true,"max_tokens":500,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Long = "m: { backends: [one, { provider: two, priority: 1 }], brokenStream: resume }";

    [Theory]
    [InlineData("reset")]
    [InlineData("closed")]
    [InlineData("ended")]
    [InlineData("error")]
    public async Task Another_provider_goes_on_where_the_first_broke_off(string how)
    {
        await using var one = Breaking(how, Role, Text("one two "), Text("three "));
        await using var two = Streaming(Text("four ").Replace("\"a\"", "\"other\"", StringComparison.Ordinal), Text("five"), Finish, Usage(7, 9), Done);
        await using var gateway = await StartAsync(one, two, models: Long);
        var (status, body, _) = await gateway.PostAsync(Chat, Streamed);
        status.ShouldBe(200);
        body.ShouldStartWith(Role + Text("one two ") + Text("three ") + Resumed);
        var answer = ClientAnswer.Read(Chat, body.Replace(Resumed, "", StringComparison.Ordinal), stream: true);
        (answer.Text, answer.IsWhole, answer.Error).ShouldBe(("one two three four five", true, null));
        foreach (var chunk in Chunks(body)) chunk.GetProperty("id").GetString().ShouldBe("a");
        body.Split("\"role\"").Length.ShouldBe(2);
        body.Split("\"finish_reason\":\"stop\"").Length.ShouldBe(2);
        (one.Calls.Count, two.Calls.Count).ShouldBe((1, 1));
        var asked = JsonDocument.Parse(two.Last.Text).RootElement.GetProperty("messages");
        asked[1].GetProperty("content").GetString().ShouldBe("one two three ");
        asked.EnumerateArray().Last().GetProperty("role").GetString().ShouldBe("user");
        var line = await gateway.LogLineAsync();
        line.GetProperty("resumed").GetString().ShouldBe("recovered");
        line.GetProperty("provider").GetString().ShouldBe("two");
        line.TryGetProperty("error", out _).ShouldBeFalse();
        line.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(9);
        line.GetProperty("failed_attempts")[0].GetProperty("provider").GetString().ShouldBe("one");
        await gateway.UntilAtRestAsync();
        (await gateway.Admin.GetStringAsync("/metrics")).ShouldContain("tollgate_streams_resumed_total{result=\"recovered\"} 1");
    }

    [Fact]
    public async Task What_the_second_says_once_more_is_cut_and_the_usage_is_that_of_both()
    {
        await using var one = Breaking("reset", Role, Text("one two three "), Usage(5, 3));
        await using var two = Streaming(Text("two "), Text("three "), Text("four"), Finish, Usage(7, 9), Done);
        await using var gateway = await StartAsync(one, two, models: Long);
        var (_, body, _) = await gateway.PostAsync(Chat, Streamed);
        ClientAnswer.Read(Chat, body.Replace(Resumed, "", StringComparison.Ordinal), stream: true).Text.ShouldBe("one two three four");
        body.ShouldContain("\"prompt_tokens\":12");
        body.ShouldContain("\"completion_tokens\":12");
        var line = await gateway.LogLineAsync();
        line.GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(7);
        line.GetProperty("failed_attempts")[0].GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task The_only_provider_is_asked_to_go_on_itself()
    {
        var calls = 0;
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            if (Interlocked.Increment(ref calls) == 1)
            {
                await call.ChunkAsync(Role + Text("one "));
                call.Reset();
                return;
            }

            await call.ChunkAsync(Role + Text("two") + Finish + Done);
            await call.EndAsync();
        });
        await using var gateway = await StartAsync(one, one, models: "m: { backends: one, brokenStream: resume }");
        var (_, body, _) = await gateway.PostAsync(Chat, Streamed);
        ClientAnswer.Read(Chat, body.Replace(Resumed, "", StringComparison.Ordinal), stream: true).Text.ShouldBe("one two");
        one.Calls.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}\n\n", "")]
    [InlineData("", ",\"n\":2")]
    [InlineData("", ",\"response_format\":{\"type\":\"json_object\"}")]
    public async Task What_is_no_plain_text_ends_with_the_error(string last, string more)
    {
        await using var one = Breaking("reset", Role, Text("one "), last);
        await using var two = Streaming(Whole("never asked"));
        await using var gateway = await StartAsync(one, two, models: Long);
        var (_, body, _) = await gateway.PostAsync(Chat, Streamed[..^1] + more + "}");
        body.ShouldContain("stream_interrupted");
        body.ShouldNotContain("[DONE]");
        two.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_goes_on_unless_the_model_says_so()
    {
        await using var one = Breaking("reset", Role, Text("one "));
        await using var two = Streaming(Whole("never asked"));
        await using var gateway = await StartAsync(one, two);
        var (_, body, _) = await gateway.PostAsync(Chat, Streamed);
        body.ShouldContain("stream_interrupted");
        (await gateway.LogLineAsync()).TryGetProperty("resumed", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task When_nobody_can_go_on_the_first_break_is_what_is_told()
    {
        await using var one = Breaking("reset", Role, Text("one "));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(400, Error("no such thing", "invalid_request_error")));
        await using var gateway = await StartAsync(one, two, models: Long);
        var (_, body, _) = await gateway.PostAsync(Chat, Streamed);
        body.ShouldContain("provider 'one' closed the connection before its answer was complete");
        body.ShouldNotContain("no such thing");
        body.ShouldNotContain("[DONE]");
        var line = await gateway.LogLineAsync();
        (line.GetProperty("resumed").GetString(), line.GetProperty("error").GetString()).ShouldBe(("failed", "stream_interrupted"));
    }

    [Fact]
    public async Task An_error_that_the_provider_sent_is_told_when_nobody_goes_on()
    {
        await using var one = Breaking("error", Role, Text("one "));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(503, Error("down")));
        await using var gateway = await StartAsync(one, two, models: Long);
        (await gateway.PostAsync(Chat, Streamed)).Body.ShouldEndWith("data: " + Error("broke") + "\n\n");
    }

    [Fact]
    public async Task Attempts_count_together_and_a_second_break_is_gone_on_with_too()
    {
        var calls = 0;
        await using var one = Breaking("reset", Role, Text("one "));
        await using var two = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Role + (Interlocked.Increment(ref calls) == 1 ? Text("two ") : Text("three ")));
            call.Reset();
        });
        await using var gateway = await StartAsync(one, two, models: Long);
        var (_, body, _) = await gateway.PostAsync(Chat, Streamed);
        body.ShouldContain("stream_interrupted");
        (one.Calls.Count, two.Calls.Count).ShouldBe((1, 2));
        two.Last.Text.ShouldContain("one two ");
        ClientAnswer.Read(Chat, body.Replace(Resumed, "", StringComparison.Ordinal), stream: true).Text.ShouldBe("one two three ");
    }

    [Theory]
    [InlineData(Chat, Streamed, "anthropic")]
    [InlineData(Messages, AnthropicBody, "anthropic")]
    [InlineData(Messages, AnthropicBody, "openai")]
    public async Task Every_pair_of_dialects_can_go_on(string path, string body, string second)
    {
        await using var one = Breaking("reset", [.. AnthropicStart, Delta("one "), Delta("two ")]);
        await using var two = second == "openai" ? Streaming(Text("three"), Finish, Done) : Streaming([.. AnthropicStart, Delta("three"), .. AnthropicEnd]);
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: anthropic, url: {{one.Url}}/v1, key: k }
              two: { kind: {{second}}, url: {{two.Url}}/v1, key: k }
            models:
              m: { backends: [{ provider: one, model: claude-sonnet-4-5 }, { provider: two, model: claude-sonnet-4-5, priority: 1 }], brokenStream: resume }
            retry: { attempts: 3 }
            """);
        var (_, text, _) = await gateway.PostAsync(path, body);
        var answer = ClientAnswer.Read(path, text.Replace(Resumed, "", StringComparison.Ordinal), stream: true);
        (answer.Text, answer.IsWhole, answer.Error).ShouldBe(("one two three", true, null), text);
        if (path == Messages)
        {
            text.Split("content_block_start\"").Length.ShouldBe(2);
            text.Split("content_block_stop\"").Length.ShouldBe(2);
            text.Split("message_start\"").Length.ShouldBe(2);
            text.Split("\"index\":0").Length.ShouldBeGreaterThan(4);
        }

        var last = JsonDocument.Parse(two.Last.Text).RootElement.GetProperty("messages").EnumerateArray().Last();
        last.GetProperty("role").GetString().ShouldBe(second == "openai" ? "user" : "assistant"); // Claude 4.5 completes half an answer
    }

    [Fact]
    public async Task Who_refuses_to_complete_half_an_answer_is_told_to_go_on_from_it()
    {
        await using var one = Breaking("reset", [.. AnthropicStart, Delta("one "), Delta("two ")]);
        await using var two = new ScriptedProvider(async call =>
        {
            var last = JsonDocument.Parse(call.Text).RootElement.GetProperty("messages").EnumerateArray().Last();
            if (last.GetProperty("role").GetString() == "assistant")
            {
                await call.AnswerAsync(400, """{"type":"error","error":{"type":"invalid_request_error","message":"no prefill"}}""");
                return;
            }

            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(string.Concat(AnthropicStart) + Delta("two three") + string.Concat(AnthropicEnd));
            await call.EndAsync();
        });
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: anthropic, url: {{one.Url}}/v1, key: k }
              two: { kind: anthropic, url: {{two.Url}}/v1, key: k }
            models:
              m: { backends: [{ provider: one, model: claude-sonnet-4-5 }, { provider: two, model: claude-sonnet-4-5, priority: 1 }], brokenStream: resume }
            retry: { attempts: 3 }
            """);
        var (_, text, _) = await gateway.PostAsync(Messages, AnthropicBody);
        text.ShouldNotContain("prefill");
        ClientAnswer.Read(Messages, text.Replace(Resumed, "", StringComparison.Ordinal), stream: true).IsWhole.ShouldBeTrue(text);
        two.Calls.Count.ShouldBe(2);
    }

    private static readonly string[] AnthropicStart =
    [
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c-1\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n",
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
    ];

    private static readonly string[] AnthropicEnd =
    [
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    ];

    private static string Delta(string text) => $"event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}}}}\n\n";

    private static string Usage(int input, int output) => $"data: {{\"id\":\"a\",\"model\":\"m-1\",\"choices\":[],\"usage\":{{\"prompt_tokens\":{input},\"completion_tokens\":{output},\"total_tokens\":{input + output}}}}}\n\n";

    private static IEnumerable<JsonElement> Chunks(string body) => body.Split("\n\n").Where(f => f.StartsWith("data: {", StringComparison.Ordinal)).Select(f => JsonDocument.Parse(f["data: ".Length..]).RootElement);

    private static ScriptedProvider Breaking(string how, params string[] events) => new(async call =>
    {
        await call.BeginAsync(200, "text/event-stream");
        foreach (var each in events.Where(e => e.Length > 0)) await call.ChunkAsync(each);
        if (how == "error") await call.ChunkAsync("data: " + Error("broke") + "\n\n");
        await Task.Delay(50, call.Left); // what was sent arrives before the break
        if (how == "reset") call.Reset();
        else if (how == "closed") call.Close();
        else await call.EndAsync();
    });
}
