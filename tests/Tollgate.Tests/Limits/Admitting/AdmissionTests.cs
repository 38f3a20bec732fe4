using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>Requests are admitted while there is room, and what they used is what counts in the end.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task Refuses_what_is_beyond_the_limit_and_says_when_there_is_room_again()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { few: { requests: 2, per: minute } }");
        rig.Time.Advance(TimeSpan.FromSeconds(15.5));
        (await rig.ChatAsync()).Status.ShouldBe(200);
        (await rig.ChatAsync()).Status.ShouldBe(200);
        var (status, body, response) = await rig.ChatAsync();
        status.ShouldBe(429);
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("rate_limit_exceeded");
        error.GetProperty("message").GetString().ShouldBe("the limit 'few' (2 requests a minute) has no room; try again in 45 s");
        LimitRig.Header(response, "retry-after").ShouldBe("45");
        provider.Calls.Count.ShouldBe(2);
        (await rig.Gateway.LineOfAsync(response)).GetProperty("limit").GetString().ShouldBe("few");
        rig.Time.Advance(TimeSpan.FromSeconds(44.5));
        (await rig.ChatAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Counts_the_tokens_that_were_used_and_not_those_that_were_reserved()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { all: { tokens: 1000 }, in: { inputTokens: 1000 }, out: { outputTokens: 1000 } }");
        for (var i = 1; i <= 3; i++)
        {
            (await rig.ChatAsync(LimitRig.Body(500))).Status.ShouldBe(200);
            (await rig.OneUsedAsync("all")).ShouldBe(15 * i);
            (await rig.OneUsedAsync("in")).ShouldBe(10 * i);
            (await rig.OneUsedAsync("out")).ShouldBe(5 * i);
        }

        (await rig.Gateway.LogLineAsync()).GetProperty("reserved_tokens").GetInt64().ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task What_is_under_way_is_reserved_so_that_requests_at_once_cannot_overspend()
    {
        var go = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async call =>
        {
            await go.Task;
            await call.AnswerAsync(200, LimitRig.Answer(10, 5));
        });
        await using var rig = await LimitRig.StartAsync(provider, "limits: { all: { tokens: 1000 } }");
        var first = rig.Gateway.PostAsync(LimitRig.Chat, LimitRig.Body(600));
        await rig.OpenAsync(1);
        var (status, body, _) = await rig.Gateway.PostAsync(LimitRig.Chat, LimitRig.Body(600));
        status.ShouldBe(429);
        body.ShouldContain("has no room for the 6");
        go.SetResult();
        (await first).Status.ShouldBe(200);
        await rig.SettledAsync();
        (await rig.ChatAsync(LimitRig.Body(600))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"model":"m","max_completion_tokens":700,"messages":[]}""", 700)]
    [InlineData("""{"model":"m","max_tokens":70,"max_completion_tokens":700,"n":2,"messages":[]}""", 1400)]
    [InlineData("""{"model":"m","messages":[]}""", 333)]
    [InlineData("""{"model":"m","n":3,"messages":[]}""", 999)]
    public async Task Reserves_the_output_that_is_asked_for(string body, int output)
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { out: { outputTokens: 100000 } }\nreserve: { output: 333 }");
        var (_, _, response) = await rig.ChatAsync(body);
        LimitRig.Number(response, "x-ratelimit-remaining-tokens").ShouldBe(100000 - output);
        (await rig.OneUsedAsync("out")).ShouldBe(5);
    }

    [Fact]
    public async Task A_request_that_never_fits_is_told_so_and_SDKs_do_not_try_again()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { small: { tokens: 100 } }");
        var (status, body, response) = await rig.ChatAsync(LimitRig.Body(4096));
        status.ShouldBe(429);
        body.ShouldContain("ask for less output (max_tokens)");
        LimitRig.Header(response, "x-should-retry").ShouldBe("false");
        LimitRig.Header(response, "retry-after").ShouldBeNull();
        provider.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_limit_in_shadow_mode_reports_and_refuses_nobody()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { maybe: { requests: 1, shadow: true } }");
        (await rig.ChatAsync()).Status.ShouldBe(200);
        var (status, _, response) = await rig.ChatAsync();
        status.ShouldBe(200);
        LimitRig.Header(response, "x-ratelimit-limit-requests").ShouldBe("9999", "the provider's own: nobody limits here");
        (await rig.Gateway.LineOfAsync(response)).GetProperty("shadow_limit").GetString().ShouldBe("maybe");
        (await rig.Gateway.Admin.GetStringAsync("/metrics")).ShouldContain("tollgate_limit_rejected_total{limit=\"maybe\",shadow=\"true\"} 1");
        (await rig.OneUsedAsync("maybe")).ShouldBe(2);
    }

    [Fact]
    public async Task Money_is_reserved_and_settled_by_the_price_list()
    {
        await using var provider = LimitRig.Provider(input: 1000, output: 100);
        await using var rig = await LimitRig.StartAsync(provider, "prices: { one: { m: { input: 2, output: 10 } } }\nlimits: { budget: { money: 0.005, per: month } }");
        (await rig.ChatAsync(LimitRig.Body(100))).Status.ShouldBe(200);
        (await rig.OneUsedAsync("budget")).ShouldBe(0.003m);
        var (status, body, response) = await rig.ChatAsync(LimitRig.Body(300));
        status.ShouldBe(429);
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        (error.GetProperty("code").GetString(), error.GetProperty("type").GetString()).ShouldBe(("budget_exceeded", "insufficient_quota"));
        LimitRig.Number(response, "retry-after").ShouldBe(31 * 86400);
    }

    [Fact]
    public async Task A_cost_of_the_operators_own_is_evaluated_on_the_estimate_and_on_the_truth()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, """
            costs: [{ name: mine, type: CEL, expression: "model == 'm' ? output_tokens * 3u : 0u" }]
            limits: { mine: { cost: { mine: 100 } } }
            """);
        (await rig.ChatAsync(LimitRig.Body(34))).Status.ShouldBe(429);
        (await rig.ChatAsync(LimitRig.Body(33))).Status.ShouldBe(200);
        (await rig.OneUsedAsync("mine")).ShouldBe(15);
    }

    [Fact]
    public async Task Limits_on_a_request_are_all_or_none()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { first: { requests: 5 }, second: { requests: 1, per: hour } }");
        (await rig.ChatAsync()).Status.ShouldBe(200);
        (await rig.ChatAsync()).Status.ShouldBe(429);
        (await rig.OneUsedAsync("first")).ShouldBe(1);
    }
}
