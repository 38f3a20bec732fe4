using System.Text.Json;
using Tollgate.Tests.Admin;
using Tollgate.Tests.Limits.Admitting;

namespace Tollgate.Tests.Limits.Reading;

/// <summary>What operators see of limits: those of the configuration beside those of keys and teams, and which are the fullest.</summary>
public sealed class LimitViewTests
{
    [Fact]
    public async Task The_fullest_counters_of_all_limits_come_first_with_the_share_that_is_taken()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, """
            limits: { wide: { requests: 100, per: hour }, tenants: { requests: 4, per: day, by: "header:x-tenant" }, idle: { tokens: 5, match: { headers: { x-none: "1" } } } }
            clients: { alice: { key: tg-alice-0123456789abcdef, limits: { requests: 5/day } } }
            """);
        foreach (var tenant in (string[])["a", "a", "a", "b"]) (await rig.ChatAsync(null, ("x-tenant", tenant), ("authorization", "Bearer tg-alice-0123456789abcdef"))).Status.ShouldBe(200);
        var fullest = (await rig.DocumentAsync()).GetProperty("fullest").EnumerateArray().Select(c => (c.GetProperty("name").GetString(), c.GetProperty("subject").GetString(), c.GetProperty("share").GetDouble(), c.GetProperty("remaining").GetInt64())).ToList();
        fullest.ShouldBe([("clients.alice.requests/day", "", 0.8, 1), ("tenants", "a", 0.75, 1), ("tenants", "b", 0.25, 3), ("wide", "", 0.04, 96)]);
        (await rig.Gateway.Admin.GetStringAsync("/limits")).ShouldEndWith("}\n");
    }

    [Fact]
    public async Task An_operator_sees_the_limits_of_the_configuration_with_what_is_used_of_each_counter()
    {
        await using var admin = await AdminClient.StartAsync(more: """limits: { all: { requests: 10, per: day }, tenants: { requests: 4, per: month, by: ["header:x-tenant", model], shadow: true } }""");
        var (_, key) = await admin.MakeAsync("""{"name":"a"}""");
        await admin.AskAsync(key);
        await admin.AskAsync(key);
        var (document, text) = await SettledAsync(admin);
        text.ShouldEndWith("}\n");
        Find(document, "all").ToString().ShouldBe("""{"name":"all","counts":"requests","limit":10,"per":"day","window":"fixed","store":"local","used":2,"reserved":0,"remaining":8,"share":0.2}""");
        Find(document, "tenants").ToString().ShouldBe("""
            {"name":"tenants","counts":"requests","limit":4,"per":"month","window":"fixed","shadow":true,"by":["header:x-tenant","model"],"store":"local","used":2,"reserved":0,"remaining":2,"share":0.5,"counters":1,"fullest":[{"subject":"|gpt-4","used":2,"reserved":0,"remaining":2,"share":0.5}]}
            """.Trim());
    }

    [Fact]
    public async Task Who_manages_a_team_does_not_see_the_limits_of_the_configuration()
    {
        await using var admin = await AdminClient.StartAsync(more: "limits: { all: { requests: 10, per: day } }");
        var (status, document, _) = await admin.SendAsync("GET", "limits", token: AdminClient.Lead);
        status.ShouldBe(200);
        document.GetProperty("limits").EnumerateArray().Select(limit => limit.GetProperty("name").GetString()).ShouldNotContain("all");
    }

    // A request is settled when its answer has gone out.
    private static async Task<(JsonElement Document, string Text)> SettledAsync(AdminClient admin)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var (_, document, response) = await admin.SendAsync("GET", "limits");
            if (Find(document, "all").GetProperty("reserved").GetInt64() == 0) return (document, await response.Content.ReadAsStringAsync());
            await Task.Delay(5, limit.Token);
        }
    }

    private static JsonElement Find(JsonElement document, string name) => document.GetProperty("limits").EnumerateArray().Single(limit => limit.GetProperty("name").GetString() == name);
}
