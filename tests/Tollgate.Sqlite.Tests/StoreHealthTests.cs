using Microsoft.Data.Sqlite;

namespace Tollgate.Sqlite.Tests;

/// <summary>A file that takes no lines and cannot be read for a while: the metrics turn with it.</summary>
public sealed class StoreHealthTests : IDisposable
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"Hello!"}],"max_tokens":20}""";
    private const string Key = "tg-alice-0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-health-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_metrics_of_the_ledger_say_that_it_refuses_lines_and_that_it_has_taken_them()
    {
        await using var gateway = await StartAsync();
        await AskAsync(gateway);
        await gateway.UntilToldAsync("tollgate_ledger_queued 0\n", "tollgate_ledger_lines_total 1\n", "tollgate_ledger_write_failures_total 0\n");

        Run("ledger.db", "CREATE TRIGGER full BEFORE INSERT ON usage_lines BEGIN SELECT RAISE(FAIL, 'there is no room'); END");
        await AskAsync(gateway);
        await gateway.UntilToldAsync("tollgate_ledger_queued 1\n", "tollgate_ledger_lines_total 1\n");
        await gateway.UntilNotToldAsync("tollgate_ledger_oldest_age_seconds 0\n");
        await gateway.UntilNotToldAsync("tollgate_ledger_write_failures_total 0\n");

        Run("ledger.db", "DROP TRIGGER full");
        await gateway.UntilToldAsync("tollgate_ledger_queued 0\n", "tollgate_ledger_lines_total 2\n", "tollgate_ledger_oldest_age_seconds 0\n");
    }

    [Fact]
    public async Task The_metrics_of_the_store_of_keys_say_that_it_cannot_be_read_and_that_it_can_again()
    {
        await using var gateway = await StartAsync();
        await gateway.UntilToldAsync("tollgate_key_store_up 1\n");
        Run("keys.db", "ALTER TABLE keys RENAME TO lost");
        await gateway.UntilToldAsync("tollgate_key_store_up 0\n");
        Run("keys.db", "ALTER TABLE lost RENAME TO keys");
        await gateway.UntilToldAsync("tollgate_key_store_up 1\n");
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync($$"""
        providers: { sim: { kind: simulator } }
        models: { m: sim }
        clients: { alice: { key: {{Key}} } }
        ledger: "sqlite:{{_folder.FullName}}/ledger.db"
        keyStore: "sqlite:{{_folder.FullName}}/keys.db"
        stateDir: {{_folder.FullName}}
        """, services => services.AddTollgateSqlite());

    private static async Task AskAsync(TestGateway gateway) => (await gateway.PostAsync("/v1/chat/completions", Chat, ("authorization", "Bearer " + Key))).Status.ShouldBe(200);

    /// <summary>As another program of the machine does it.</summary>
    private void Run(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
