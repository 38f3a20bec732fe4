using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Authentication;

/// <summary>A key may do what its team and its organisation may do as well, and no more.</summary>
public sealed class GroupTests
{
    private const string Key = "tg-alice-0123456789abcdef";

    [Fact]
    public async Task A_model_must_be_on_the_lists_of_key_team_and_organisation()
    {
        await using var gateway = await StartAsync("""
            organizations: { acme: { models: ["gpt-*"] } }
            teams: { search: { organization: acme, models: ["*-mini"] } }
            clients: { alice: { key: tg-alice-0123456789abcdef, team: search, models: ["gpt-4*", "claude-mini"] } }
            """);
        (await AskAsync(gateway, "gpt-4-mini")).Status.ShouldBe(200);
        (await AskAsync(gateway, "gpt-5-mini")).Message.ShouldContain("its key is for gpt-4*");
        (await AskAsync(gateway, "gpt-4")).Message.ShouldContain("its team 'search' is for *-mini");
        (await AskAsync(gateway, "claude-mini")).Message.ShouldContain("its organization 'acme' is for gpt-*");
        var line = await gateway.LogLineAsync();
        line.GetProperty("team").GetString().ShouldBe("search");
    }

    [Fact]
    public async Task A_team_without_a_list_for_its_clients_still_bounds_what_names_no_model()
    {
        await using var gateway = await StartAsync("""
            teams: { search: { models: [gpt-4] } }
            clients: { alice: { key: tg-alice-0123456789abcdef, team: search } }
            """);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/files");
        message.Headers.TryAddWithoutValidation("authorization", "Bearer " + Key);
        using var response = await gateway.Client.SendAsync(message);
        ((int)response.StatusCode).ShouldBe(403);
        using var list = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        list.Headers.TryAddWithoutValidation("authorization", "Bearer " + Key);
        using var models = await gateway.Client.SendAsync(list);
        var names = await models.Content.ReadAsStringAsync();
        names.ShouldContain("gpt-4\"");
        names.ShouldNotContain("claude-mini");
    }

    [Fact]
    public async Task Only_providers_that_key_and_team_have_in_common_are_asked()
    {
        await using var first = new ScriptedProvider(call => call.AnswerAsync(200, "{\"id\":\"1\",\"choices\":[]}"));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, "{\"id\":\"2\",\"choices\":[]}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: openai, url: {{first.Url}}/v1, key: sk-1 }
              two: { kind: openai, url: {{second.Url}}/v1, key: sk-2 }
            models:
              both: [{ provider: one }, { provider: two, priority: 1 }]
              first: one
            teams: { search: { providers: [two] } }
            clients:
              alice: { key: {{Key}}, team: search }
              none: { key: tg-none-0123456789abcdef, team: search, providers: [one] }
            """);
        (await AskAsync(gateway, "both")).Status.ShouldBe(200);
        (await AskAsync(gateway, "both")).Status.ShouldBe(200);
        first.Calls.ShouldBeEmpty();
        second.Calls.Count.ShouldBe(2);
        var (status, message) = await AskAsync(gateway, "first");
        status.ShouldBe(403);
        message.ShouldContain("it is for the providers two");
        (await AskAsync(gateway, "both", "tg-none-0123456789abcdef")).Message.ShouldContain("no provider in common");
        first.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_forwarded_goes_to_the_callers_providers_alone()
    {
        await using var first = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: openai, url: {{first.Url}}/v1, key: sk-1 }
              two: { kind: openai, url: {{second.Url}}/v1, key: sk-2 }
            models: { a: one, b: two }
            default: one
            clients: { alice: { key: {{Key}}, providers: [two] } }
            """);
        (await GetAsync(gateway, "/v1/files")).ShouldBe(200);
        (await GetAsync(gateway, "/v1/files", ("x-tollgate-provider", "one"))).ShouldBe(400);
        (await GetAsync(gateway, "/v1/responses/resp_1")).ShouldBe(200);
        first.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void Budgets_of_key_team_and_organisation_come_together_and_keep_their_names()
    {
        var groups = new Hierarchy(
            [new GroupConfig("search") { Organization = "acme", Allowances = [Allowance.Parse(LimitUnit.Money, "200/month")!.Value] }],
            [new GroupConfig("acme") { Allowances = [Allowance.Parse(LimitUnit.Money, "1000/month")!.Value, Allowance.Parse(LimitUnit.Requests, "5/second")!.Value] }]);
        var caller = groups.Place(new Caller("alice"), "search", null, out _)!;
        caller.Organization.ShouldBe("acme");
        caller.Limits.Select(l => (l.Name, l.Unit, l.Limit, l.Per)).ShouldBe(
        [
            ("teams.search.budget/month", LimitUnit.Money, 200m, LimitPeriod.Month),
            ("organizations.acme.budget/month", LimitUnit.Money, 1000m, LimitPeriod.Month),
            ("organizations.acme.requests/second", LimitUnit.Requests, 5m, LimitPeriod.Second),
        ]);
    }

    [Fact]
    public void Nobody_is_placed_without_the_bounds_that_it_names()
    {
        var groups = new Hierarchy([new GroupConfig("lost") { Organization = "gone" }, new GroupConfig("free")], [new GroupConfig("acme")]);
        groups.Place(new Caller("a"), "unknown", null, out var team).ShouldBeNull();
        team.ShouldBe("team 'unknown'");
        groups.Place(new Caller("a"), "lost", null, out var organization).ShouldBeNull();
        organization.ShouldBe("organization 'gone'");
        groups.Place(new Caller("a"), "free", "nowhere", out _).ShouldBeNull();
        groups.Place(new Caller("a"), "lost", "acme", out _).ShouldBeNull();
    }

    [Theory]
    [InlineData("clients: { a: { key: tg-alice-0123456789abcdef, team: serch } }\nteams: { search: {} }", "did you mean 'search'?")]
    [InlineData("teams: { t: { organization: nowhere } }", "write organizations: { nowhere: {} }")]
    [InlineData("teams: { t: { providers: [simulate] } }", "no provider is named 'simulate'; did you mean 'simulator'?")]
    [InlineData("teams: { t: { models: [] } }", "teams.t.models is empty")]
    [InlineData("teams: { t: { budget: 50 } }", "such as 50/month")]
    [InlineData("teams: { t: { budget: [50/month, 60/month] } }", "two amounts for one month")]
    [InlineData("teams: { t: { limits: { tokens: 1.5/minute } } }", "an amount and a span")]
    [InlineData("clients: { a: { key: tg-alice-0123456789abcdef, providers: [] } }", "nobody could serve it")]
    public void A_mistake_is_named_with_its_mend(string yaml, string expected)
    {
        var loaded = ConfigLoader.Parse("providers: { simulator: {} }\nmodels: { \"*\": simulator }\n" + yaml, "t.yaml", new ConfigContext(_ => null, Tollgate.Catalog.Catalogue.Default));
        loaded.Config.ShouldBeNull();
        string.Join('\n', loaded.Problems).ShouldContain(expected);
    }

    private static Task<TestGateway> StartAsync(string yaml) =>
        TestGateway.StartAsync("providers: { simulator: {} }\nmodels: { gpt-4: simulator, gpt-4-mini: simulator, gpt-5-mini: simulator, claude-mini: simulator }\n" + yaml);

    private static async Task<(int Status, string Message)> AskAsync(TestGateway gateway, string model, string key = Key)
    {
        var (status, body, _) = await gateway.PostAsync(ErrorShape.OpenAI, $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]}}", ("authorization", "Bearer " + key));
        return (status, status == 200 ? "" : System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("message").GetString()!);
    }

    private static async Task<int> GetAsync(TestGateway gateway, string path, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.TryAddWithoutValidation("authorization", "Bearer " + Key);
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        using var response = await gateway.Client.SendAsync(message);
        return (int)response.StatusCode;
    }
}
