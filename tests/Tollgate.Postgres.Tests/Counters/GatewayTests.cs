using Tollgate.Tests.Hosting;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Whole gateways that share counters in PostgreSQL.</summary>
public sealed class GatewayTests(PostgresFixture postgres)
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"Hello!"}],"max_tokens":20}""";

    [Fact]
    public async Task Two_gateways_grant_together_what_the_limit_says_and_not_one_more()
    {
        var url = await postgres.NewDatabaseAsync();
        await using var one = await GatewayAsync(url);
        await using var two = await GatewayAsync(url);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (await (i % 2 == 0 ? one : two).PostAsync("/v1/chat/completions", Chat)).Status));
        answers.Count(status => status == 200).ShouldBe(8);
        answers.Count(status => status == 429).ShouldBe(12);
        (await one.Admin.GetStringAsync("/metrics")).ShouldContain("tollgate_shared_counters_up 1\n");
    }

    private static Task<TestGateway> GatewayAsync(string url) => TestGateway.StartAsync($$"""
        providers: { sim: { kind: simulator } }
        models: { m: sim }
        limits: { all: { requests: 8, per: day, window: sliding, store: shared } }
        stores: { counters: { url: "{{url}}", outage: closed, timeout: 5s } }
        """, services => services.AddTollgatePostgres());
}
