using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Tollgate.Sqlite.Tests;

/// <summary>What was used, as operators and clients are told.</summary>
public sealed class UsageReportTests : IDisposable
{
    private const string Operator = "operator-token-0123456789";
    private const string Chat = "/v1/chat/completions";
    private const string Answer = """{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":4}}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-usage-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_operator_sees_sums_by_what_he_asks_for()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        await AskAsync(gateway, "one", "a", "a", "b");
        await AskAsync(gateway, "two", "b");

        var rows = (await AdminAsync(gateway, "by=model,client&bucket=day")).GetProperty("rows").EnumerateArray().ToArray();
        rows.Select(r => $"{r.GetProperty("model")} {r.GetProperty("client")} {r.GetProperty("requests")} {r.GetProperty("input_tokens")} {r.GetProperty("cost_usd")}").ShouldBe(["a one 2 20 0.000028", "b one 1 10 0.000014", "b two 1 10 0.000014"]);
        rows[0].GetProperty("start").GetString().ShouldEndWith("T00:00:00Z");
        (rows[0].GetProperty("cached_input_tokens").GetInt64(), rows[0].GetProperty("output_tokens").GetInt64()).ShouldBe((8, 4));

        var all = (await AdminAsync(gateway, "client=one&model=a&since=1h")).GetProperty("rows").EnumerateArray().ShouldHaveSingleItem();
        all.GetProperty("requests").GetInt64().ShouldBe(2);
        (await AdminAsync(gateway, "client=nobody")).GetProperty("rows").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_report_is_csv_when_that_is_asked_for_and_no_name_becomes_a_formula()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        await AskAsync(gateway, "one", "=HYPERLINK(1)", "b,\\\"c");
        using var response = await SendAsync(gateway, "by=model&format=csv", Operator);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n");
        lines[0].ShouldStartWith("model,requests,failures,");
        lines[0].ShouldEndWith(",cost_usd");
        lines[1].ShouldStartWith("'=HYPERLINK(1),1,0,");
        lines[1].ShouldEndWith(",0.000014");
        lines[2].ShouldStartWith("\"b,\"\"c\",1,0,");
    }

    [Fact]
    public async Task The_operators_own_costs_are_columns()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, more: "costs: [{ name: total, type: TotalToken }, { name: cached, type: CachedInputToken }]");
        await AskAsync(gateway, "one", "a", "a", "b");
        var rows = (await AdminAsync(gateway, "by=model")).GetProperty("rows").EnumerateArray().ToArray();
        rows.Select(r => r.GetProperty("costs").ToString()).ShouldBe(["{\"cached\":8,\"total\":24}", "{\"cached\":4,\"total\":12}"]);
        using var response = await SendAsync(gateway, "by=model&format=csv", Operator);
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n");
        lines[0].ShouldEndWith(",cost_usd,costs.cached,costs.total");
        lines[1].ShouldEndWith(",0.000028,8,24");
    }

    [Fact]
    public async Task Who_manages_a_team_or_an_organisation_sees_its_usage_alone_whatever_is_asked()
    {
        const string Lead = "lead-token-0123456789", Owner = "owner-token-0123456789";
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, clients: "one: { key: key-of-client-one, team: search }, two: { key: key-of-client-two, team: shop }, three: { key: key-of-client-three, team: other }", more: $$"""
            organizations: { acme: {} }
            teams: { search: { organization: acme }, shop: { organization: acme }, other: {} }
            admins: { lead: { token: {{Lead}}, team: search }, owner: { token: {{Owner}}, organization: acme } }
            """);
        await AskAsync(gateway, "one", "a");
        await AskAsync(gateway, "two", "a", "a");
        await AskAsync(gateway, "three", "a", "a", "a", "a");
        async Task<string[]> TeamsAsync(string token, string query)
        {
            using var response = await SendAsync(gateway, "by=team" + query, token);
            ((int)response.StatusCode).ShouldBe(200);
            return [.. JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("rows").EnumerateArray().Select(r => $"{r.GetProperty("team")} {r.GetProperty("requests")}")];
        }

        (await TeamsAsync(Lead, "")).ShouldBe(["search 1"]);
        (await TeamsAsync(Lead, "&team=shop")).ShouldBeEmpty();
        (await TeamsAsync(Lead, "&team=shop&team=search")).ShouldBe(["search 1"]);
        (await TeamsAsync(Owner, "")).ShouldBe(["search 1", "shop 2"]);
        (await TeamsAsync(Owner, "&organization=other")).ShouldBeEmpty();
        (await TeamsAsync(Operator, "")).ShouldBe(["other 4", "search 1", "shop 2"]);
    }

    [Theory]
    [InlineData("by=colour", "colour")]
    [InlineData("bucket=week", "hour, day, month")]
    [InlineData("from=yesterday", "2026-01-31")]
    [InlineData("clients=one", "clients")]
    [InlineData("limit=0", "limit")]
    [InlineData("format=xml", "json or csv")]
    [InlineData("from=2026-02-01&to=2026-01-01", "earlier")]
    public async Task What_a_report_does_not_know_is_an_error_that_says_what_it_does(string query, string word)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        using var response = await SendAsync(gateway, query, Operator);
        ((int)response.StatusCode).ShouldBe(400);
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!.ShouldContain(word);
    }

    [Fact]
    public async Task Nobody_without_the_token_sees_anything_and_nothing_can_be_written()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        using var stranger = await SendAsync(gateway, "", "wrong-token-0123456789");
        ((int)stranger.StatusCode).ShouldBe(401);
        using var message = new HttpRequestMessage(HttpMethod.Delete, "/admin/v1/usage");
        message.Headers.TryAddWithoutValidation("authorization", "Bearer " + Operator);
        using var response = await gateway.Admin.SendAsync(message);
        ((int)response.StatusCode).ShouldBe(405);
    }

    [Fact]
    public async Task A_client_sees_its_own_usage_alone_in_buckets()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        await AskAsync(gateway, "one", "a", "a", "b");
        await AskAsync(gateway, "two", "b");

        var page = await OwnAsync(gateway, "one", "bucket_width=1d&limit=2&group_by=model");
        (page.GetProperty("object").GetString(), page.GetProperty("has_more").GetBoolean()).ShouldBe(("page", false));
        var buckets = page.GetProperty("data").EnumerateArray().ToArray();
        buckets.Length.ShouldBe(2);
        buckets[0].GetProperty("results").GetArrayLength().ShouldBe(0);
        (buckets[1].GetProperty("end_time").GetInt64() - buckets[1].GetProperty("start_time").GetInt64()).ShouldBe(86_400);
        var results = buckets[1].GetProperty("results").EnumerateArray().ToArray();
        results.Select(r => $"{r.GetProperty("model")} {r.GetProperty("num_model_requests")} {r.GetProperty("input_tokens")} {r.GetProperty("input_cached_tokens")} {r.GetProperty("amount").GetProperty("value")}").ShouldBe(["a 2 20 8 0.000028", "b 1 10 4 0.000014"]);
        results[0].GetProperty("api_key_id").ValueKind.ShouldBe(JsonValueKind.Null);

        (await OwnAsync(gateway, "two", "models=a")).GetProperty("data").EnumerateArray().SelectMany(b => b.GetProperty("results").EnumerateArray()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Buckets_come_in_pages()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var common = string.Create(CultureInfo.InvariantCulture, $"start_time={start}&end_time={start + (5 * 3600)}&bucket_width=1h&limit=2");
        var starts = new List<long>();
        for (var page = await OwnAsync(gateway, "one", common); ; page = await OwnAsync(gateway, "one", common + "&page=" + page.GetProperty("next_page").GetString()))
        {
            starts.AddRange(page.GetProperty("data").EnumerateArray().Select(b => b.GetProperty("start_time").GetInt64()));
            if (!page.GetProperty("has_more").GetBoolean()) break;
        }

        starts.ShouldBe([.. Enumerable.Range(0, 5).Select(i => start + (i * 3600L))]);
    }

    [Theory]
    [InlineData("bucket_width=1m")]
    [InlineData("group_by=user_id")]
    [InlineData("start=1")]
    [InlineData("limit=1000")]
    [InlineData("start_time=5&end_time=5")]
    public async Task A_client_is_told_what_cannot_be_asked(string query)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        using var response = await OwnResponseAsync(gateway, "one", query);
        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadAsStringAsync()).ShouldContain("invalid_request");
    }

    [Fact]
    public async Task Without_a_ledger_both_say_so()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, ledger: "off");
        using var own = await OwnResponseAsync(gateway, "one", "");
        ((int)own.StatusCode).ShouldBe(404);
        using var admin = await SendAsync(gateway, "", Operator);
        ((int)admin.StatusCode).ShouldBe(404);
        (await admin.Content.ReadAsStringAsync()).ShouldContain("ledger: sqlite");
    }

    private Task<TestGateway> StartAsync(ScriptedProvider provider, string ledger = "sqlite", string more = "", string clients = "one: { key: key-of-client-one }, two: { key: key-of-client-two }") => TestGateway.StartAsync($$"""
        providers: { p: { kind: openai, url: {{provider.Url}}/v1, key: k } }
        models: { "*": p }
        prices: { p: { "*": { input: 1, cachedInput: 0, output: 4 } } }
        clients: { {{clients}} }
        adminToken: {{Operator}}
        ledger: {{ledger}}
        stateDir: {{_folder.FullName}}
        {{more}}
        """, services => services.AddTollgateSqlite());

    private static async Task AskAsync(TestGateway gateway, string client, params string[] models)
    {
        foreach (var model in models) (await gateway.PostAsync(Chat, $$"""{"model":"{{model}}","messages":[]}""", ("authorization", "Bearer key-of-client-" + client))).Status.ShouldBe(200);

        // A line is taken over when the client has its answer already.
        var ledger = gateway.Host.Services.GetRequiredService<Tollgate.Metering.Ledger.LedgerDesk>().Ledger.ShouldNotBeNull();
        while (ledger.InUse > ledger.Writer.Queued) await Task.Yield();
    }

    private static async Task<JsonElement> AdminAsync(TestGateway gateway, string query)
    {
        using var response = await SendAsync(gateway, query, Operator);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<HttpResponseMessage> SendAsync(TestGateway gateway, string query, string token)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/usage?" + query);
        message.Headers.TryAddWithoutValidation("authorization", "Bearer " + token);
        return await gateway.Admin.SendAsync(message);
    }

    private static async Task<JsonElement> OwnAsync(TestGateway gateway, string client, string query)
    {
        using var response = await OwnResponseAsync(gateway, client, query);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<HttpResponseMessage> OwnResponseAsync(TestGateway gateway, string client, string query)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/usage?" + query);
        message.Headers.TryAddWithoutValidation("authorization", "Bearer key-of-client-" + client);
        return await gateway.Client.SendAsync(message);
    }
}
