using System.Net;
using System.Text;
using System.Text.Json;

namespace Tollgate.Sqlite.Tests;

/// <summary>A month's budget that was spent is spent for the rest of the month, whatever becomes of the process.</summary>
public sealed class RestartTests : IDisposable
{
    private const string Admin = "admin-token-0123456789";
    private const string Key = "tg-alice-0123456789abcdef";

    private static readonly Dictionary<string, string> FreePorts = new() { ["TOLLGATE_LISTEN"] = "127.0.0.1:0", ["TOLLGATE_ADMIN"] = "127.0.0.1:0" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-restart-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task A_spent_budget_still_refuses_after_the_process_has_ended(string signal)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tollgate.yaml"), $$"""
            providers: { sim: { kind: simulator } }
            models: { "*": sim }
            prices: { sim: { "*": { input: 1000, output: 1000 } } }
            teams: { search: { budget: 1/month } }
            clients: { alice: { key: {{Key}}, team: search } }
            limits: { tokens: { tokens: 1000000, per: day, by: client } }
            ledger: sqlite
            adminToken: {{Admin}}
            stateDir: state
            """, TestContext.Current.CancellationToken);
        decimal spent;
        await using (var first = await Running.StartAsync(_folder.FullName))
        {
            spent = await first.SpendAsync();
            spent.ShouldBeInRange(0.5m, 1.1m);
            await first.Run.SignalAsync(signal);
            await first.Run.EndAsync();
        }

        await using var second = await Running.StartAsync(_folder.FullName);
        (await second.AskAsync()).ShouldBe((HttpStatusCode.TooManyRequests, true));
        (await second.LimitAsync("teams.search.budget/month")).ShouldBe(spent);
        (await second.LimitAsync("tokens")).ShouldBe(spent * 1000, "a token costs a thousandth of a dollar");

        // What the ledger knows is the same.
        using var report = JsonDocument.Parse(await second.GetAsync("/admin/v1/usage?since=2d"));
        report.RootElement.GetProperty("rows")[0].GetProperty("cost_usd").GetDecimal().ShouldBe(spent);
    }

    private sealed class Running(CommandRun run, HttpClient client, HttpClient admin) : IAsyncDisposable
    {
        public CommandRun Run { get; } = run;

        public static async Task<Running> StartAsync(string folder)
        {
            var run = CommandRun.Start(folder, FreePorts, "run");
            var client = new HttpClient { BaseAddress = new Uri(await run.LineAsync("Listening on ")) };
            var admin = new HttpClient { BaseAddress = new Uri(await run.LineAsync("Metrics, health and configuration on ")) };
            client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
            admin.DefaultRequestHeaders.Authorization = new("Bearer", Admin);
            return new Running(run, client, admin);
        }

        public async Task<(HttpStatusCode Status, bool IsBudget)> AskAsync()
        {
            using var content = new StringContent("""{"model":"gpt-5","max_tokens":20,"messages":[{"role":"user","content":"Hello!"}]}""", Encoding.UTF8, "application/json");
            using var response = await client.PostAsync("/v1/chat/completions", content);
            return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Contains("budget_exceeded", StringComparison.Ordinal));
        }

        /// <summary>Asks until the budget refuses although nothing is reserved, and tells what was spent.</summary>
        public async Task<decimal> SpendAsync()
        {
            for (var i = 0; i < 500; i++)
            {
                while (!(await GetAsync("/limits")).Contains("\"open_reservations\": 0", StringComparison.Ordinal)) await Task.Yield();
                if ((await AskAsync()).Status == HttpStatusCode.TooManyRequests) return await LimitAsync("teams.search.budget/month");
            }

            throw new InvalidOperationException("the budget never refused: " + await GetAsync("/limits"));
        }

        /// <summary>What is used of a limit.</summary>
        public async Task<decimal> LimitAsync(string name)
        {
            using var document = JsonDocument.Parse(await GetAsync("/admin/v1/limits"));
            return document.RootElement.GetProperty("limits").EnumerateArray().Single(limit => limit.GetProperty("name").GetString() == name).GetProperty("used").GetDecimal();
        }

        public Task<string> GetAsync(string path) => admin.GetStringAsync(path);

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            admin.Dispose();
            await Run.DisposeAsync();
        }
    }
}
