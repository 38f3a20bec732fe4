using Tollgate.Tests.Hosting;

namespace Tollgate.Postgres.Tests;

/// <summary>A database that goes away under a gateway that has everything in it, and comes back: the metrics turn with it.</summary>
public sealed class StoreHealthTests : IDisposable
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"Hello!"}],"max_tokens":20}""";
    private const string Key = "tg-alice-0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-health-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_metrics_of_counters_ledger_and_keys_say_that_the_database_went_away_and_that_it_came_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync($$"""
            providers: { sim: { kind: simulator } }
            models: { m: sim }
            clients: { alice: { key: {{Key}} } }
            limits: { all: { requests: 100, per: day, store: shared } }
            stores: { counters: { url: "{{server.Url}}", outage: open, timeout: 30s } }
            ledger: "{{server.Url}}"
            keyStore: "{{server.Url}}"
            stateDir: {{_folder.FullName}}
            """, services => services.AddTollgatePostgres());
        await AskAsync(gateway);
        await gateway.UntilToldAsync("tollgate_shared_counters_up 1\n", "tollgate_key_store_up 1\n", "tollgate_ledger_queued 0\n", "tollgate_ledger_lines_total 1\n", "tollgate_ledger_write_failures_total 0\n");

        await server.KillAsync();
        await AskAsync(gateway);
        await gateway.UntilToldAsync("tollgate_shared_counters_up 0\n", "tollgate_key_store_up 0\n", "tollgate_ledger_queued 1\n");
        await gateway.UntilNotToldAsync("tollgate_ledger_oldest_age_seconds 0\n");
        await gateway.UntilNotToldAsync("tollgate_ledger_write_failures_total 0\n");

        await server.RestartAsync();
        await gateway.UntilToldAsync("tollgate_shared_counters_up 1\n", "tollgate_key_store_up 1\n", "tollgate_ledger_queued 0\n", "tollgate_ledger_oldest_age_seconds 0\n", "tollgate_ledger_lines_total 2\n", "tollgate_shared_counters_unsettled 0\n");
    }

    private static async Task AskAsync(TestGateway gateway) => (await gateway.PostAsync("/v1/chat/completions", Chat, ("authorization", "Bearer " + Key))).Status.ShouldBe(200);
}
