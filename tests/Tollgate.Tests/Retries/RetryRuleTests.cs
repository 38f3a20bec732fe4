using Tollgate.Tests.Hosting;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Retries;

/// <summary>Who else is asked after which error, and what the caller hears when nobody is left.</summary>
public sealed class RetryRuleTests
{
    [Theory]
    [InlineData(401, "no")]
    [InlineData(402, "no")]
    [InlineData(403, "no")]
    [InlineData(429, "insufficient_quota")]
    public async Task When_every_key_is_refused_the_caller_hears_of_a_bad_gateway(int status, string code)
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(status, Error("sk-secret is wrong", code: code)));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(401, Error("sk-secret is wrong")));
        foreach (var path in (string[])[Chat, "/v1/messages"])
        {
            await using var gateway = await StartAsync(one, two); // each its own: a refused key is left alone
            var (answered, body, _) = await gateway.PostAsync(path, """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""");
            answered.ShouldBe(502);
            body.ShouldContain("provider 'two' refuses the gateway's credential");
            body.ShouldNotContain("sk-secret");
            body.ShouldContain(path == Chat ? "\"upstream_credentials_exhausted\"" : "\"api_error\"");
            (await gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("upstream_credentials_exhausted");
        }

        (one.Calls.Count, two.Calls.Count).ShouldBe((2, 2));
    }

    [Fact]
    public async Task A_refused_key_does_not_hide_what_another_provider_said()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(429, Error("slow down"), ("retry-after", "50")));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(401, Error("bad key")));
        await using var gateway = await StartAsync(one, two);
        var (status, body, response) = await gateway.PostAsync(Chat, Plain);
        status.ShouldBe(429);
        body.ShouldContain("slow down");
        response.Headers.GetValues("retry-after").ShouldBe(["50"]);
    }

    [Fact]
    public async Task The_earliest_time_to_come_back_is_passed_on()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(429, Error("slow down"), ("retry-after", "30")));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(503, Error("down"), ("retry-after", "900")));
        await using var gateway = await StartAsync(one, two);
        var (status, _, response) = await gateway.PostAsync(Chat, Plain);
        status.ShouldBe(503);
        int.Parse(response.Headers.GetValues("retry-after").Single(), null).ShouldBeInRange(1, 30);
    }

    [Theory]
    [InlineData(400, "context_length_exceeded")]
    [InlineData(400, "prompt is too long: 9000 tokens > 8192 maximum")]
    [InlineData(400, "Input is too long for requested model.")]
    public async Task A_request_that_is_too_long_goes_to_another_model_and_to_no_other_host_of_the_same(int status, string message)
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(status, Error(message, "invalid_request_error")));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(200, Answer("long")));
        await using var gateway = await StartAsync(one, two, models: "m: [{ provider: one, model: small }, { provider: two, model: small, priority: 1 }, { provider: two, model: large, priority: 2 }]");
        (await gateway.PostAsync(Chat, Plain)).Body.ShouldBe(Answer("long"));
        (one.Calls.Count, two.Calls.Count).ShouldBe((1, 1));
        two.Last.Text.ShouldContain("\"large\"");

        await using var same = await StartAsync(one, two);
        var (answered, body, _) = await same.PostAsync(Chat, Plain);
        answered.ShouldBe(status);
        body.ShouldContain(message);
        (one.Calls.Count, two.Calls.Count).ShouldBe((2, 1));
    }

    [Theory]
    [InlineData(400, "content_filter")]
    [InlineData(403, "requires moderation")]
    public async Task What_a_filter_forbids_is_told_and_nobody_else_is_asked(int status, string code)
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(status, Error("blocked", code: code)));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(200, Answer("never asked")));
        await using var gateway = await StartAsync(one, two);
        var (answered, body, _) = await gateway.PostAsync(Chat, Plain);
        (answered, body).ShouldBe((status, Error("blocked", code: code)));
        (one.Calls.Count, two.Calls.Count).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_model_has_its_own_number_of_attempts()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(503, Error("down")));
        await using var two = new ScriptedProvider(call => call.AnswerAsync(503, Error("down")));
        await using var gateway = await StartAsync(one, two, models: "m: { backends: [one, { provider: two, priority: 1 }], retry: { attempts: 1 } }\n  n: [one]", rest: "retry: { attempts: 2 }");
        (await gateway.PostAsync(Chat, Plain)).Status.ShouldBe(503);
        (one.Calls.Count, two.Calls.Count).ShouldBe((1, 0));
        (await gateway.PostAsync(Chat, Plain.Replace("\"m\"", "\"n\"", StringComparison.Ordinal))).Status.ShouldBe(503);
        one.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_a_failed_attempt_had_used_is_in_the_log_and_not_in_the_answers_account()
    {
        await using var one = Streaming(Role, "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":70,\"completion_tokens\":0}}\n\n", "data: " + Error("no") + "\n\n");
        await using var two = new ScriptedProvider(call => call.AnswerAsync(200, Answer("good")));
        await using var gateway = await StartAsync(one, two);
        await gateway.PostAsync(Chat, Streamed);
        var line = await gateway.LogLineAsync();
        line.GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(3);
        var failed = line.GetProperty("failed_attempts")[0];
        failed.GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(70);
        failed.GetProperty("ms").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
    }
}
