using Microsoft.Data.Sqlite;
using Tollgate.Configuration;
using Tollgate.Tests.Cli;

namespace Tollgate.Sqlite.Tests;

public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_gateway_that_is_told_to_stop_while_it_starts_ends_quietly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        var file = Path.Combine(_folder.FullName, "state", "ledger.db");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tollgate.yaml"), "providers: { sim: { kind: simulator } }\nmodels: { \"*\": sim }\nledger: sqlite\nstateDir: state\n", TestContext.Current.CancellationToken);
        await using (var ledger = new SqliteLedger(file, LedgerDurability.Relaxed)) await ledger.OpenAsync(CancellationToken.None);

        // The start waits for whoever writes to its ledger.
        await using var other = new SqliteConnection($"Data Source={file};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        SqliteSchema.Run(other, "BEGIN IMMEDIATE");
        await using var run = CommandRun.Start(_folder.FullName, new Dictionary<string, string> { ["TOLLGATE_LISTEN"] = "127.0.0.1:0", ["TOLLGATE_ADMIN"] = "127.0.0.1:0" }, "run");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!HasOpen(run.ProcessId, file)) await Task.Delay(20, limit.Token);
        await run.SignalAsync("TERM");
        SqliteSchema.Run(other, "ROLLBACK");

        (await run.EndAsync()).ShouldBe(0, run.Errors);
        run.Errors.ShouldNotContain("Unhandled");
        run.Output.ShouldBeEmpty();
    }

    private static bool HasOpen(int process, string file)
    {
        foreach (var descriptor in Directory.GetFiles($"/proc/{process}/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName == file) return true;
            }
            catch (IOException)
            {
                // It was closed meanwhile.
            }
        }

        return false;
    }
}
