using Microsoft.Extensions.DependencyInjection;
using Tollgate.Metering.Ledger;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Retries;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Metering.Ledger;

/// <summary>What a whole gateway writes into its ledger.</summary>
[Collection(nameof(LockedFiles))]
public sealed class LedgerGatewayTests : IDisposable
{
    private const string Prices = "prices: { one: { \"*\": { input: 1, output: 10 } }, two: { \"*\": { input: 2, output: 20 } } }\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-ledger-");
    private readonly MemoryLedger _store = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_request_is_a_line_with_what_it_used_and_cost()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(200, Answer("hi")));
        await using var gateway = await StartAsync(one, one, "clients: { app: { key: secret-of-the-app-1 } }\ncosts: [{ name: total, type: TotalToken }]");
        var (_, _, response) = await gateway.PostAsync(Chat, Plain, ("authorization", "Bearer secret-of-the-app-1"));
        var line = (await LinesAsync(gateway)).ShouldHaveSingleItem();
        line.RequestId.ShouldBe(response.Headers.GetValues("x-tollgate-request-id").Single());
        (line.Client, line.Operation, line.Model, line.ServedModel, line.Provider, line.Status, line.Error).ShouldBe(("app", "chat", "m", "m", "one", 200, ""));
        (line.Usage.Input, line.Usage.Output, line.Cost, line.Requests, line.IsEstimated).ShouldBe((3, 1, 0.000013m, 1, false));
        line.Costs.ShouldHaveSingleItem().ShouldBe(new Tollgate.Metering.Costs.RequestCost("total", 4));
    }

    [Fact]
    public async Task Who_was_sent_away_before_any_provider_was_called_is_not_in_it()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(200, Answer("hi")));
        await using var gateway = await StartAsync(one, one, "clients: { app: { key: secret-of-the-app-1 } }");
        (await gateway.PostAsync(Chat, Plain, ("authorization", "Bearer wrong-wrong-wrong"))).Status.ShouldBe(401);
        (await gateway.PostAsync(Chat, Plain.Replace("\"m\"", "\"unknown\"", StringComparison.Ordinal), ("authorization", "Bearer secret-of-the-app-1"))).Status.ShouldBe(404);
        (await LinesAsync(gateway)).ShouldBeEmpty();
        Ledger(gateway).InUse.ShouldBe(0);
    }

    [Fact]
    public async Task A_broken_stream_that_another_provider_finished_is_two_lines_each_at_its_own_price_and_the_metrics_have_their_sums()
    {
        await using var one = Breaking(Role, Text("one "), Usage(5, 3));
        await using var two = Streaming(Text("four"), Finish, Usage(7, 9), Done);
        await using var gateway = await StartAsync(one, two, "costReport: { usage: true }", "m: { backends: [one, { provider: two, priority: 1 }], brokenStream: resume }");
        var (_, body, _) = await gateway.PostAsync(Chat, Streamed);
        var lines = (await LinesAsync(gateway)).OrderBy(l => l.Part).ToArray();
        lines.Select(l => (l.Part, l.Provider, l.Requests, l.Usage.Input, l.Usage.Output, l.Cost)).ShouldBe([(0, "two", 1L, 7L, 9L, 0.000194m), (1, "one", 0L, 5L, 3L, 0.000035m)]);
        lines.Select(l => l.RequestId).Distinct().ShouldHaveSingleItem();
        body.ShouldContain("\"cost\":0.000229"); // what the client is told is what both took
        await gateway.UntilAtRestAsync(); // metrics come after the lines
        var metrics = await gateway.Admin.GetStringAsync("/metrics");
        Sum(metrics, "tollgate_cost_total", "tollgate_provider=\"one\"").ShouldBe(0.000035);
        Sum(metrics, "tollgate_cost_total", "tollgate_provider=\"two\"").ShouldBe(0.000194);
        Sum(metrics, "gen_ai_client_token_usage_sum", "gen_ai_token_type=\"input\"").ShouldBe(12);
    }

    [Fact]
    public async Task A_part_that_broke_before_its_usage_was_told_is_an_estimate()
    {
        await using var one = Breaking(Role, Text("one two three four "));
        await using var two = Streaming(Text("five"), Finish, Usage(7, 9), Done);
        await using var gateway = await StartAsync(one, two, "", "m: { backends: [one, { provider: two, priority: 1 }], brokenStream: resume }");
        await gateway.PostAsync(Chat, Streamed);
        var lines = (await LinesAsync(gateway)).OrderBy(l => l.Part).ToArray();
        (lines[0].IsEstimated, lines[0].Usage.Output).ShouldBe((false, 9));
        (lines[1].IsEstimated, lines[1].Usage.Output > 0, lines[1].Usage.Input > 0, lines[1].Cost > 0).ShouldBe((true, true, true, true));
    }

    [Fact]
    public async Task When_the_ledger_is_full_a_request_waits_and_is_then_refused_before_any_provider_is_called()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(200, Answer("hi")));
        await using var gateway = await StartAsync(one, one, "", ledger: "{ store: sqlite, queue: 16, maxWait: 50ms }");
        var ledger = Ledger(gateway);
        while (ledger.TryOpen(out _))
        {
        }

        var (status, body, response) = await gateway.PostAsync(Chat, Plain);
        (status, one.Calls.Count).ShouldBe((503, 0));
        body.ShouldContain("\"ledger_unavailable\"");
        response.Headers.RetryAfter.ShouldNotBeNull();
        (await gateway.Admin.GetStringAsync("/metrics")).ShouldContain("tollgate_ledger_refused_total 1");
        (await gateway.Admin.GetStringAsync("/ledger")).ShouldContain("\"in_use\": 16");
    }

    [Theory]
    [InlineData("relaxed", true)]
    [InlineData("strict", false)]
    public async Task Strict_tells_no_client_of_what_the_disk_does_not_have(string durability, bool isTold)
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(200, Answer("hi")));
        await using var gateway = await StartAsync(one, one, "", ledger: $"{{ store: sqlite, durability: {durability} }}");
        (await gateway.PostAsync(Chat, Plain)).Status.ShouldBe(200);
        await Ledger(gateway).DisposeAsync(); // its slots reach no disk any more
        var isTold200 = false;
        try
        {
            isTold200 = (await gateway.PostAsync(Chat, Plain)).Status == 200;
        }
        catch (HttpRequestException)
        {
            // The connection was broken off.
        }

        one.Calls.Count.ShouldBe(2);
        isTold200.ShouldBe(isTold);
    }

    [Fact]
    public async Task A_ledger_of_a_kind_that_nobody_added_ends_the_start_with_the_mend()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(200, Answer("hi")));
        var failure = await Should.ThrowAsync<LedgerException>(() => TestGateway.StartAsync($"providers: {{ openai: {{ url: {one.Url}/v1, key: k }} }}\nledger: sqlite\nstateDir: {_folder.FullName}\n"));
        failure.Message.ShouldContain("AddTollgateSqlite()");
    }

    [Fact]
    public async Task A_request_that_was_under_way_when_the_gateway_died_is_a_line_at_the_next_start()
    {
        await using var one = new ScriptedProvider(call => call.AnswerAsync(200, Answer("hi")));
        var id = Guid.NewGuid();
        using (var left = SlotFiles.Claim(_folder.FullName, _store.Address, 16).ShouldHaveSingleItem())
        {
            var record = new byte[SlotFile.LargestRecord];
            var draft = new UsageEntry { Id = id, RequestId = "told", Start = DateTimeOffset.UnixEpoch, Provider = "one", Model = "m", ServedModel = "m", Usage = new() { Input = 1000 } };
            left.Write(0, record.AsSpan(0, SlotRecord.Write(draft, record)), isSettled: false);
        }

        await using var gateway = await StartAsync(one, one);
        var line = _store.Lines.ShouldHaveSingleItem();
        (line.Id, line.RequestId, line.Error, line.IsInterrupted, line.IsEstimated, line.Usage.Input, line.Usage.Output, line.Cost).ShouldBe((id, "told", "interrupted", true, true, 1000, 0, 0.001m));
    }

    private static UsageLedger Ledger(TestGateway gateway) => gateway.Host.Services.GetRequiredService<LedgerDesk>().Ledger.ShouldNotBeNull();

    private async Task<IReadOnlyList<UsageEntry>> LinesAsync(TestGateway gateway)
    {
        await gateway.LogLineAsync(); // what comes after the answer is over
        await Ledger(gateway).FlushAsync(CancellationToken.None);
        return _store.Lines;
    }

    private Task<TestGateway> StartAsync(ScriptedProvider one, ScriptedProvider two, string rest = "", string models = "m: [one, { provider: two, priority: 1 }]", string ledger = "sqlite") => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{one.Url}}/v1, key: k }
          two: { kind: openai, url: {{two.Url}}/v1, key: k }
        models:
          {{models}}
        retry: { attempts: 3 }
        ledger: {{ledger}}
        stateDir: {{_folder.FullName}}
        {{Prices}}{{rest}}
        """, services => services.AddSingleton<ILedgerStoreKind>(_store));

    private static ScriptedProvider Breaking(params string[] events) => new(async call =>
    {
        await call.BeginAsync(200, "text/event-stream");
        foreach (var each in events) await call.ChunkAsync(each);
        call.Reset();
    });

    private static string Usage(int input, int output) => $"data: {{\"id\":\"a\",\"model\":\"m-1\",\"choices\":[],\"usage\":{{\"prompt_tokens\":{input},\"completion_tokens\":{output},\"total_tokens\":{input + output}}}}}\n\n";

    private static double Sum(string metrics, string name, string label) => metrics.Split('\n')
        .Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Contains(label, StringComparison.Ordinal))
        .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
