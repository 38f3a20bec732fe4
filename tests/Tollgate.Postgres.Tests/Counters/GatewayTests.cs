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
        TestGateway[] both = [one, two];
        var answers = (await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(both[i % 2])))).ToList();

        // Where the database is slow, some are refused while slices are on their way: those are granted to who asks then.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var i = 0; answers.Count(status => status == 200) < 8; i++)
        {
            answers.Add(await AskAsync(both[i % 2]));
            await Task.Delay(10, limit.Token);
        }

        foreach (var gateway in both) answers.Add(await AskAsync(gateway));
        answers.Count(status => status == 200).ShouldBe(8);
        answers.Count(status => status == 429).ShouldBe(answers.Count - 8);
        (await one.Admin.GetStringAsync("/metrics")).ShouldContain("tollgate_shared_counters_up 1\n");
    }

    private static async Task<int> AskAsync(TestGateway gateway) => (await gateway.PostAsync("/v1/chat/completions", Chat)).Status;

    private static Task<TestGateway> GatewayAsync(string url) => TestGateway.StartAsync($$"""
        providers: { sim: { kind: simulator } }
        models: { m: sim }
        limits: { all: { requests: 8, per: day, window: sliding, store: shared } }
        stores: { counters: { url: "{{url}}", outage: closed, timeout: 30s } }
        """, services => services.AddTollgatePostgres());
}
