using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>Who has a counter of its own, and which requests a limit is for.</summary>
public sealed class SubjectTests
{
    [Fact]
    public async Task Each_value_of_a_header_has_its_own_and_leaving_it_away_is_one_of_them()
    {
        await using var rig = await StartAsync("by: \"header:x-tenant\"");
        foreach (var tenant in (string[])["a", "b", "a"]) await rig.ChatAsync(null, ("x-tenant", tenant));
        await rig.ChatAsync();
        await rig.ChatAsync(null, ("x-tenant", new string('c', 500)));
        var used = await rig.UsedAsync("l");
        used["a"].ShouldBe(2);
        used["b"].ShouldBe(1);
        used[""].ShouldBe(1);
        used.Count.ShouldBe(4);
        used.Keys.ShouldAllBe(k => k.Length < 100);
    }

    [Fact]
    public async Task Joined_values_cannot_be_taken_for_others()
    {
        await using var rig = await StartAsync("by: [\"header:x-a\", \"header:x-b\"]");
        await rig.ChatAsync(null, ("x-a", "1|2"), ("x-b", "3"));
        await rig.ChatAsync(null, ("x-a", "1"), ("x-b", "2|3"));
        await rig.ChatAsync(null, ("x-a", @"1\"), ("x-b", "2|3"));
        (await rig.UsedAsync("l")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Models_and_addresses_have_their_own()
    {
        await using var rig = await StartAsync("by: [model, ip]");
        await rig.ChatAsync();
        await rig.ChatAsync(LimitRig.Body(model: "other"));
        (await rig.UsedAsync("l")).Keys.ShouldBe(["m|127.0.0.1", "other|127.0.0.1"], ignoreOrder: true);
    }

    [Fact]
    public async Task Clients_have_their_own_and_a_limit_can_be_for_some()
    {
        await using var rig = await StartAsync("by: client, match: { clients: [\"team-*\"] }", "clients: { team-a: { key: aaaaaaaaaaaaaaaa }, team-b: { key: bbbbbbbbbbbbbbbb }, other: { key: cccccccccccccccc } }");
        foreach (var key in (string[])["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc", "aaaaaaaaaaaaaaaa"]) (await rig.ChatAsync(null, ("authorization", "Bearer " + key))).Status.ShouldBe(200);
        (await rig.UsedAsync("l")).ShouldBe(new Dictionary<string, decimal> { ["team-a"] = 2, ["team-b"] = 1 }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("x-tier: free", "free", true)]
    [InlineData("x-tier: free", "freer", false)]
    [InlineData("x-tier: { pattern: \"free|trial-[0-9]+\" }", "trial-7", true)]
    [InlineData("x-tier: { pattern: \"free|trial-[0-9]+\" }", "trial-7x", false)]
    [InlineData("x-tier: { value: gold, invert: true }", "free", true)]
    [InlineData("x-tier: { value: gold, invert: true }", null, true)]
    [InlineData("x-tier: { value: gold, invert: true }", "gold", false)]
    [InlineData("x-tier: { pattern: \".*\" }", null, false)]
    public async Task Headers_say_whom_it_is_for(string match, string? value, bool fits)
    {
        await using var rig = await StartAsync($"match: {{ headers: {{ {match} }} }}");
        await rig.ChatAsync(null, value is null ? [] : [("x-tier", value)]);
        (await rig.UsedAsync("l")).Values.Sum().ShouldBe(fits ? 1 : 0);
    }

    [Fact]
    public async Task A_limit_by_team_is_not_for_callers_without_one()
    {
        await using var rig = await StartAsync("by: team");
        await rig.ChatAsync();
        (await rig.UsedAsync("l")).ShouldBeEmpty();
    }

    private static async Task<LimitRig> StartAsync(string limit, string rest = "")
    {
        var provider = LimitRig.Provider();
        return await LimitRig.StartAsync(provider, $$"""
            providers: { one: { kind: openai, url: {{provider.Url}}/v1, key: k } }
            models: { m: one, other: one }
            limits: { l: { requests: 100, {{limit}} } }
            {{rest}}
            """);
    }
}
