using System.Globalization;

namespace Tollgate.Redis.Tests;

/// <summary>Whole gateways that share a Redis.</summary>
public sealed class GatewayTests
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"Hello!"}],"max_tokens":20}""";

    [Fact]
    public async Task Two_gateways_grant_together_what_the_limit_says_and_not_one_more()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = await GatewayAsync(server, "local");
        await using var two = await GatewayAsync(server, "local");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (await (i % 2 == 0 ? one : two).PostAsync("/v1/chat/completions", Chat)).Status));
        answers.Count(status => status == 200).ShouldBe(8);
        answers.Count(status => status == 429).ShouldBe(12);

        await using var redis = Clients.At(server.Port).Open();
        (await redis.SendAsync("KEYS", "tollgate:*")).Value.Items.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("local", 2)] // a quarter of 8
    [InlineData("open", 5)]
    [InlineData("closed", 0)]
    public async Task While_Redis_is_away_the_configuration_says_what_happens(string outage, int granted)
    {
        await using var server = await RedisServer.StartAsync();
        await using var gateway = await GatewayAsync(server, outage);
        (await gateway.PostAsync("/v1/chat/completions", Chat)).Status.ShouldBe(200);
        await server.KillAsync();
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++) statuses.Add((await gateway.PostAsync("/v1/chat/completions", Chat)).Status);
        statuses.Count(status => status == 200).ShouldBe(granted);
        statuses.Count(status => status == (outage == "closed" ? 503 : 429)).ShouldBe(5 - granted);
        await gateway.UntilToldAsync("tollgate_shared_counters_up 0\n"); // when each connection has seen it
    }

    [Fact]
    public async Task The_metrics_say_that_Redis_went_away_and_that_it_came_back()
    {
        await using var server = await RedisServer.StartAsync();
        await using var gateway = await GatewayAsync(server, "open");
        (await gateway.PostAsync("/v1/chat/completions", Chat)).Status.ShouldBe(200);
        await gateway.UntilToldAsync("tollgate_shared_counters_duration_seconds_count{tollgate_operation=\"settle\"} 1\n"); // which comes after the answer
        await gateway.UntilToldAsync("tollgate_shared_counters_up 1\n", "tollgate_shared_counters_unsettled 0\n");
        await server.KillAsync();
        (await gateway.PostAsync("/v1/chat/completions", Chat)).Status.ShouldBe(200);
        await gateway.UntilToldAsync("tollgate_shared_counters_up 0\n", "tollgate_shared_counters_unsettled 1\n", "tollgate_limit_uncertain_total 1\n");
        await server.RestartAsync();
        await gateway.UntilToldAsync("tollgate_shared_counters_up 1\n", "tollgate_shared_counters_unsettled 0\n", "tollgate_shared_counters_lost_total 0\n", "tollgate_limit_uncertain_total 1\n");
    }

    [Theory]
    [InlineData("/v1/chat/completions", "server_error", "limits_unavailable")]
    [InlineData("/v1/messages", "api_error", "cannot be checked now")]
    public async Task Where_nobody_knows_whether_there_is_room_the_client_is_told_so_in_its_own_words(string path, string type, string said)
    {
        await using var server = await RedisServer.StartAsync();
        await using var gateway = await GatewayAsync(server, "closed");
        (await gateway.PostAsync(path, Chat, ("anthropic-version", "2023-06-01"))).Status.ShouldBe(200);
        await server.KillAsync();
        var (status, body, response) = await gateway.PostAsync(path, Chat, ("anthropic-version", "2023-06-01"));
        status.ShouldBe(503);
        body.ShouldContain($"\"type\":\"{type}\"");
        body.ShouldContain(said);
        body.ShouldContain("the limit 'all' (8 requests a day) cannot be checked now, because the store of its counters cannot be reached; try again soon");
        response.Headers.GetValues("retry-after").Single().ShouldBe("1");
        response.Headers.TryGetValues("x-should-retry", out _).ShouldBeFalse();
        (await gateway.Admin.GetStringAsync("/metrics")).ShouldNotContain("tollgate_limit_rejected_total{");
    }

    [Fact]
    public async Task Tokens_are_settled_to_what_was_used()
    {
        await using var server = await RedisServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Yaml(server, "open").Replace("requests: 8", "tokens: 100000"), services => services.AddTollgateRedis());
        var (status, body, _) = await gateway.PostAsync("/v1/chat/completions", Chat);
        status.ShouldBe(200);
        using var answer = System.Text.Json.JsonDocument.Parse(body);
        var used = answer.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt64();
        await gateway.LogLineAsync();

        await using var redis = Clients.At(server.Port).Open();
        var counts = (await redis.SendAsync("KEYS", "tollgate:*:c")).Value.Items[0].ToString();
        var fields = (await redis.SendAsync("HGETALL", counts)).Value;
        var slot = fields.Get("n"u8).Bytes.ToArray();
        await redis.EventuallyAsync($"BulkString:{used.ToString(CultureInfo.InvariantCulture)}", "HGET", counts, System.Text.Encoding.UTF8.GetString(slot));
    }

    [Fact]
    public async Task What_both_have_used_is_seen_at_either_and_that_nobody_knows_while_Redis_is_away()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = await GatewayAsync(server, "open");
        await using var two = await GatewayAsync(server, "open");
        for (var i = 0; i < 4; i++) (await (i == 0 ? one : two).PostAsync("/v1/chat/completions", Chat)).Status.ShouldBe(200);
        (await AllAsync(one)).GetProperty("fullest")[0].ToString().ShouldBe("""{"subject":"","used":4,"remaining":4,"share":0.5}""");
        await server.KillAsync();
        var away = await AllAsync(one);
        away.GetProperty("unavailable").GetBoolean().ShouldBeTrue();
        away.TryGetProperty("fullest", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_store_that_no_package_speaks_to_is_named_with_the_mend()
    {
        await using var server = await RedisServer.StartAsync();
        var e = await Should.ThrowAsync<Configuration.ConfigurationException>(() => TestGateway.StartAsync(Yaml(server, "open")));
        e.Message.ShouldContain("test.yaml:");
        e.Message.ShouldContain("add its package, AddTollgateRedis() or AddTollgatePostgres()");
    }

    private static async Task<System.Text.Json.JsonElement> AllAsync(TestGateway gateway)
    {
        using var document = System.Text.Json.JsonDocument.Parse(await gateway.Admin.GetStringAsync("/limits"));
        return System.Text.Json.JsonDocument.Parse(System.Text.Json.JsonSerializer.Serialize(document.RootElement.GetProperty("limits")[0])).RootElement;
    }

    private static Task<TestGateway> GatewayAsync(RedisServer server, string outage) => TestGateway.StartAsync(Yaml(server, outage), services => services.AddTollgateRedis());

    private static string Yaml(RedisServer server, string outage) => $$"""
        providers: { sim: { kind: simulator } }
        models: { m: sim }
        limits: { all: { requests: 8, per: day, window: sliding, store: shared } }
        stores: { counters: { url: "redis://127.0.0.1:{{server.Port}}", outage: {{outage}}, timeout: 30s } }
        """;
}
