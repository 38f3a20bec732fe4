using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Admin;

/// <summary>Budgets and limits of keys, teams and organisations: all of them must have room.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task The_limit_of_a_key_ends_its_requests_and_nobody_elses()
    {
        await using var admin = await AdminClient.StartAsync();
        var (_, few) = await admin.MakeAsync("""{"name":"few","limits":{"requests":"2/hour"}}""");
        var (_, many) = await admin.MakeAsync("""{"name":"many"}""");
        int[] answers = [await admin.AskAsync(few), await admin.AskAsync(few), await admin.AskAsync(few), await admin.AskAsync(many)];
        answers.ShouldBe([200, 200, 429, 200]);
    }

    [Fact]
    public async Task Keys_of_a_team_use_up_its_limit_together_and_its_organisations_with_it()
    {
        await using var admin = await AdminClient.StartAsync();
        await admin.SendAsync("POST", "organizations", """{"name":"globex","limits":{"requests":"3/hour"}}""");
        await admin.SendAsync("POST", "teams", """{"name":"lab","organization":"globex","limits":{"requests":"2/hour"}}""");
        await admin.SendAsync("POST", "teams", """{"name":"shop","organization":"globex"}""");
        var (_, one) = await admin.MakeAsync("""{"name":"one","team":"lab"}""");
        var (_, two) = await admin.MakeAsync("""{"name":"two","team":"lab"}""");
        var (_, shop) = await admin.MakeAsync("""{"name":"till","team":"shop"}""");
        int[] answers = [await admin.AskAsync(one), await admin.AskAsync(two), await admin.AskAsync(one), await admin.AskAsync(shop), await admin.AskAsync(shop)];
        answers.ShouldBe([200, 200, 429, 200, 429]);
    }

    [Fact]
    public async Task A_changed_amount_keeps_what_was_used()
    {
        await using var admin = await AdminClient.StartAsync();
        var (id, key) = await admin.MakeAsync("""{"name":"a","limits":{"requests":"2/hour"}}""");
        await admin.AskAsync(key);
        await admin.AskAsync(key);
        await admin.SendAsync("PATCH", "keys/" + id, """{"limits":{"requests":"3/hour"}}""");
        (await admin.AskAsync(key)).ShouldBe(200);
        (await admin.AskAsync(key)).ShouldBe(429);
    }

    [Fact]
    public async Task A_spent_budget_says_so_and_the_admin_api_shows_the_same_number()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{\"id\":\"x\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":0,\"total_tokens\":1000}}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers: { p: { kind: openai, url: {{provider.Url}}/v1, key: sk-1 } }
            models: { m: p }
            prices: { p: { m: { input: 1000, output: 1000 } } }
            teams: { search: { budget: 3/month } }
            clients: { alice: { key: tg-alice-0123456789abcdef, team: search } }
            adminToken: {{AdminClient.Operator}}
            """);
        var statuses = new List<int>();
        var last = "";
        for (var i = 0; i < 6; i++)
        {
            (var status, last, _) = await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", ("authorization", "Bearer tg-alice-0123456789abcdef"));
            statuses.Add(status);
            await gateway.LogLineAsync(i + 1); // settled before the line is written
        }

        statuses.ShouldBe([200, 200, 200, 429, 429, 429]);
        last.ShouldContain("budget_exceeded");
        last.ShouldContain("teams.search.budget/month");
        using var message = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/limits");
        message.Headers.TryAddWithoutValidation("authorization", "Bearer " + AdminClient.Operator);
        using var response = await gateway.Admin.SendAsync(message);
        var limit = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("limits")[0];
        limit.GetProperty("team").GetString().ShouldBe("search");
        limit.GetProperty("used").GetDecimal().ShouldBe(3m);
        limit.GetProperty("remaining").GetDecimal().ShouldBe(0m);
    }

    [Fact]
    public async Task Who_manages_a_team_sees_its_limits_and_its_keys_alone()
    {
        await using var admin = await AdminClient.StartAsync();
        await admin.MakeAsync("""{"name":"mine","team":"search","budget":"1/day"}""");
        await admin.MakeAsync("""{"name":"others","team":"outside","budget":"1/day"}""");
        var (_, document, _) = await admin.SendAsync("GET", "limits", token: AdminClient.Lead);
        document.GetProperty("limits").EnumerateArray().Select(l => l.GetProperty("name").GetString()![..5]).Distinct().ShouldBe(["teams", "keys."]);
        document.ToString().ShouldNotContain("others");
        document.ToString().ShouldNotContain("acme");
        (await admin.SendAsync("GET", "limits")).Body.ToString().ShouldContain("organizations.acme.budget/month");
    }
}
