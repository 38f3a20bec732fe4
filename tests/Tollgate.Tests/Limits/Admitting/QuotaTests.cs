using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>A provider whose quota is out is passed over before anybody is refused.</summary>
public sealed class QuotaTests
{
    [Fact]
    public async Task The_next_backend_is_asked_and_only_when_all_are_out_the_caller_is_refused()
    {
        await using var one = LimitRig.Provider();
        await using var two = LimitRig.Provider();
        await using var rig = await StartAsync(one, two, """
            limits:
              of-one: { requests: 2, per: hour, match: { providers: [one] } }
              of-two: { requests: 1, per: minute, match: { providers: [two] } }
            """);
        for (var i = 0; i < 2; i++) (await rig.ChatAsync()).Status.ShouldBe(200);
        var (third, _, ofTwo) = await rig.ChatAsync();
        third.ShouldBe(200);
        (one.Calls.Count, two.Calls.Count).ShouldBe((2, 1));
        var (status, body, response) = await rig.ChatAsync();
        status.ShouldBe(429);
        body.ShouldContain("the quota 'of-two' (1 requests a minute) of provider 'two' has no room");
        LimitRig.Header(response, "retry-after").ShouldBe("60", "the earliest of both");
        (await rig.Gateway.LineOfAsync(ofTwo)).GetProperty("limit").GetString().ShouldBe("of-one");
    }

    [Fact]
    public async Task Each_provider_has_a_counter_of_its_own_by_provider_and_by_the_model_that_it_is_sent()
    {
        await using var one = LimitRig.Provider();
        await using var two = LimitRig.Provider();
        await using var rig = await StartAsync(one, two, "limits: { each: { tokens: 1000, by: [provider, model] } }", "m: [{ provider: one, model: \"a|b\" }, { provider: two, priority: 1 }]");
        await rig.ChatAsync(LimitRig.Body(900));
        await rig.ChatAsync(LimitRig.Body(900));
        await rig.ChatAsync(LimitRig.Body(960));
        (await rig.UsedAsync("each")).ShouldBe(new Dictionary<string, decimal> { [@"one|a\|b"] = 30, ["two|m"] = 15 }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_call_that_failed_gives_its_reservation_back_and_counts_as_a_request()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(401, "{}"));
        await using var two = LimitRig.Provider();
        await using var rig = await StartAsync(one, two, """
            retry: { attempts: 3 }
            limits:
              requests: { requests: 10, by: provider }
              tokens: { tokens: 1000, by: provider }
              all: { tokens: 1000 }
              count: { requests: 10 }
            """, "m: [one, { provider: two, priority: 1 }]");
        (await rig.Gateway.PostAsync(LimitRig.Chat, LimitRig.Body(800))).Status.ShouldBe(200);
        await rig.SettledAsync();
        (await rig.UsedAsync("tokens")).Where(u => u.Value > 0).ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("two", 15m));
        (await rig.UsedAsync("requests")).ShouldBe(new Dictionary<string, decimal> { ["one"] = 1, ["two"] = 1 }, ignoreOrder: true);
        (await rig.OneUsedAsync("all")).ShouldBe(15);
        (await rig.OneUsedAsync("count")).ShouldBe(1, "one request, however many calls");
    }

    [Fact]
    public async Task A_pool_admits_while_one_of_its_buckets_has_room()
    {
        await using var one = LimitRig.Provider();
        await using var two = LimitRig.Provider();
        await using var rig = await StartAsync(one, two, """
            limits:
              base: { requests: 1, per: hour, match: { providers: [one] }, pool: p }
              extra: { requests: 3, per: hour, match: { providers: [one], headers: { x-tier: gold } }, pool: p }
            """);
        for (var i = 0; i < 3; i++) await rig.ChatAsync(null, ("x-tier", "gold"));
        one.Calls.Count.ShouldBe(3);
        await rig.ChatAsync();
        await rig.ChatAsync(null, ("x-tier", "gold"));
        (one.Calls.Count, two.Calls.Count).ShouldBe((3, 2));
    }

    [Fact]
    public async Task The_only_backend_of_a_model_is_refused_in_the_clients_dialect()
    {
        await using var one = LimitRig.Provider();
        await using var two = LimitRig.Provider();
        await using var rig = await StartAsync(one, two, "limits: { few: { requests: 1, by: provider } }", "m: one");
        (await rig.ChatAsync()).Status.ShouldBe(200);
        var (status, body, _) = await rig.Gateway.PostAsync("/anthropic/v1/messages", LimitRig.Body());
        status.ShouldBe(429);
        JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("type").GetString().ShouldBe("rate_limit_error");
    }

    private static Task<LimitRig> StartAsync(ScriptedProvider one, ScriptedProvider two, string rest, string models = "m: [one, { provider: two, priority: 1 }]") => LimitRig.StartAsync(one, $$"""
        providers: { one: { kind: openai, url: {{one.Url}}/v1, key: k }, two: { kind: openai, url: {{two.Url}}/v1, key: k } }
        models: { {{models}} }
        {{rest}}
        """);
}
