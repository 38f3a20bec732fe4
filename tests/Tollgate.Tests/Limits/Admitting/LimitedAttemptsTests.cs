using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tollgate.Limits;
using Tollgate.Limits.Local;
using Tollgate.Metering.Ledger;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Metering.Ledger;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>Requests of several calls, and those that the process does not outlive: one reservation, settled to all that was used.</summary>
public sealed class LimitedAttemptsTests : IDisposable
{
    private const string Limits = "limits: { requests: { requests: 100, per: day }, tokens: { tokens: 100000, per: day }, money: { money: 10, per: month } }\n";
    private const string Prices = "prices: { one: { \"*\": { input: 1, output: 10 } }, two: { \"*\": { input: 2, output: 20 } } }\n";

    private static readonly CounterWindow Day = new(86_400, IsSliding: false), Month = new(0, IsSliding: false);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-attempts-");
    private readonly MemoryLedger _ledger = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Two_attempts_side_by_side_share_a_reservation_and_both_are_priced()
    {
        await using var one = new ScriptedProvider(async call =>
        {
            // It has read the request, and says nothing. In one piece: whoever waits behind the head has read the usage.
            var said = Role + Usage(5, 0);
            await call.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{said.Length:x}\r\n{said}\r\n"));
            await call.ClosedAsync();
        });
        var go = new TaskCompletionSource();
        await using var two = new ScriptedProvider(async call =>
        {
            await go.Task;
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Role + Text("from two") + Finish + Usage(7, 9) + Done);
            await call.EndAsync();
        });
        await using var gateway = await StartAsync(one, two, "hedge: { after: 2s }", "keepAlive: 7s\n");
        var answer = gateway.PostAsync(Chat, Streamed);
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(7)); // what came of the first is read, and more is waited for
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));
        while (two.Calls.IsEmpty) await Task.Delay(5, TestContext.Current.CancellationToken);
        Counters(gateway).OpenReservations.ShouldBe(1);
        go.SetResult();
        (await answer).Body.ShouldContain("from two");

        var lines = await LinesAsync(gateway);
        lines.Select(l => (l.Part, l.Provider, l.Requests, l.Usage.Input, l.Cost)).ShouldBe([(0, "two", 1L, 7L, 0.000194m), (1, "one", 0L, 5L, 0.000005m)]);
        (await UsedAsync(gateway)).ShouldBe((1, 21, 199_000));
    }

    [Fact]
    public async Task A_stream_that_another_provider_finished_is_settled_to_what_both_used()
    {
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Role + Text("one ") + Usage(5, 3));
            call.Reset();
        });
        await using var two = Streaming(Text("two"), Finish, Usage(7, 9), Done);
        await using var gateway = await StartAsync(one, two, "brokenStream: resume");
        (await gateway.PostAsync(Chat, Streamed)).Body.ShouldContain("two");
        (await LinesAsync(gateway)).Sum(l => l.Cost).ShouldBe(0.000229m);
        (await UsedAsync(gateway)).ShouldBe((1, 24, 229_000));
    }

    [Fact]
    public async Task A_stream_that_is_broken_off_when_the_process_ends_is_settled_to_what_was_seen()
    {
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Role + Text("twenty letters of it "));
            await call.ClosedAsync();
        });
        await using var gateway = await StartAsync(one, one, "timeouts: { firstToken: 10m, idle: 10m, total: 30m }", "drain: { delay: 5s, max: 40s }\nkeepAlive: 0s\n");
        using var message = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Streamed, null, "application/json") };
        using var running = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        Counters(gateway).OpenReservations.ShouldBe(1);
        var ended = gateway.Host.WaitForShutdownAsync();
        gateway.Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        foreach (var span in (TimeSpan[])[TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(40)])
        {
            await _time.WhenArmedAsync(span);
            _time.Advance(span);
        }

        (await running.Content.ReadAsStringAsync()).ShouldContain("shutting_down");
        await ended.WaitAsync(TimeSpan.FromSeconds(20));
        var (requests, tokens, money) = await UsedAsync(gateway);
        requests.ShouldBe(1);
        tokens.ShouldBeInRange(6, 60);
        money.ShouldBeGreaterThan(0);
        var line = _ledger.Lines.ShouldHaveSingleItem();
        ((line.Usage.Input + line.Usage.Output)!.Value, LimitBillionths(line.Cost!.Value), line.IsEstimated).ShouldBe((tokens, money, true));
    }

    private static long LimitBillionths(decimal dollars) => Tollgate.Limits.Rules.LimitRule.Billionths(dollars);

    private static string Usage(int input, int output) => $"data: {{\"id\":\"a\",\"model\":\"m-1\",\"choices\":[],\"usage\":{{\"prompt_tokens\":{input},\"completion_tokens\":{output},\"total_tokens\":{input + output}}}}}\n\n";

    private static LocalCounterStore Counters(TestGateway gateway) => gateway.Host.Services.GetRequiredService<LocalCounterStore>();

    /// <summary>What counts once nothing is reserved any more.</summary>
    private static async Task<(long Requests, long Tokens, long Money)> UsedAsync(TestGateway gateway)
    {
        var counters = Counters(gateway);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (counters.OpenReservations > 0) await Task.Delay(5, limit.Token);
        async Task<long> ReadAsync(string bucket, CounterWindow window) => (await counters.ReadAsync(new BucketId(bucket, ""), window, default)).ShouldNotBeNull();
        return (await ReadAsync("requests/requests", Day), await ReadAsync("tokens/tokens", Day), await ReadAsync("money/money", Month));
    }

    private async Task<UsageEntry[]> LinesAsync(TestGateway gateway)
    {
        await gateway.LogLineAsync(); // what comes after the answer is over
        await gateway.Host.Services.GetRequiredService<LedgerDesk>().Ledger.ShouldNotBeNull().FlushAsync(CancellationToken.None);
        return [.. _ledger.Lines.OrderBy(line => line.Part)];
    }

    private Task<TestGateway> StartAsync(ScriptedProvider one, ScriptedProvider two, string policy, string rest = "") => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{one.Url}}/v1, key: k }
          two: { kind: openai, url: {{two.Url}}/v1, key: k }
        models:
          m: { backends: [one, { provider: two, priority: 1 }], {{policy}} }
        retry: { attempts: 3 }
        ledger: sqlite
        stateDir: {{_folder.FullName}}
        {{Limits}}{{Prices}}{{rest}}
        """, services => services.AddSingleton<ILedgerStoreKind>(_ledger).AddSingleton<TimeProvider>(_time).AddSingleton<Chance>(new Routing.FixedChance { Value = 0.5 }));
}
