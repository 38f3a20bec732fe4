using Tollgate.Metering.Costs;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;
using Tollgate.Protocols;

namespace Tollgate.Tests.Metering.Ledger;

/// <summary>What every store of a ledger does alike.</summary>
public abstract class LedgerContract
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly DateTimeOffset Day = new(2026, 3, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The store, open and empty.</summary>
    protected abstract ILedgerStore Ledger { get; }

    /// <summary>The same again, as another gateway has it; not open.</summary>
    protected abstract ILedgerStore Another();

    /// <summary>A number that the store's own language gives.</summary>
    protected abstract Task<long> ScalarAsync(string sql);

    [Fact]
    public async Task Writing_a_line_twice_changes_nothing()
    {
        var line = Line(Day, input: 10, cost: 1.5m) with { Costs = [new RequestCost("own", 3)] };
        await Ledger.WriteAsync([line], Never);
        await Ledger.WriteAsync([line with { Cost = 99 }, line with { Part = 1, Cost = 0.5m, Costs = [] }], Never);
        var row = await AllAsync();
        (row.Requests, row.Input, row.Cost).ShouldBe((1, 20, 2.0m));
    }

    [Fact]
    public async Task A_line_has_nothing_of_the_line_before_it()
    {
        var usage = new TokenUsage { Input = 1, CachedInput = 2, Output = 3, AudioSeconds = 4.5, WebSearches = 5, ServiceTier = "flex" };
        var full = Line(Day, 1, 1.5m) with { RequestId = new string('r', 400), Client = "app", Team = "team", Error = "broken", Usage = usage, Costs = [new RequestCost("own", 4)] };
        var bare = new UsageEntry { Id = new Guid("ffffffff-4455-6677-8899-aabbccddeeff"), RequestId = "bare", Start = full.Start, Status = 200 };
        await Ledger.WriteAsync([full, bare, full with { Part = 1 }], Never);
        await Ledger.WriteAsync([bare with { Part = 1 }], Never);
        const string Nothing = "client = '' AND team = '' AND error = '' AND service_tier = '' AND input IS NULL AND cached_input IS NULL AND output IS NULL AND audio_ms IS NULL AND web_searches IS NULL";
        (await ScalarAsync($"SELECT COUNT(*) FROM usage_lines WHERE request_id = 'bare' AND {Nothing}")).ShouldBe(2);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines WHERE client = 'app' AND team = 'team' AND input IS NOT NULL AND web_searches IS NOT NULL")).ShouldBe(2);
    }

    [Fact]
    public async Task Sums_of_money_are_exact_to_a_millionth_of_a_millionth_of_a_dollar()
    {
        var costs = Enumerable.Range(1, 1000).Select(i => (i * 0.000000037500m) + 0.000000000001m).ToArray();
        await Ledger.WriteAsync([.. costs.Select(cost => Line(Day, 1, cost))], Never);
        (await AllAsync()).Cost.ShouldBe(costs.Sum());
    }

    [Fact]
    public async Task Lines_come_back_as_sums_by_time_and_names()
    {
        await Ledger.WriteAsync(
        [
            Line(Day.AddHours(1), 1, 1, client: "a", provider: "x"),
            Line(Day.AddHours(1).AddMinutes(59), 2, 1, client: "a", provider: "y"),
            Line(Day.AddHours(2), 4, 1, client: "b", provider: "x"),
            Line(Day.AddDays(1), 8, 1, client: "b", provider: "y"),
        ], Never);
        Show(await SumsAsync(UsageBucket.Hour)).ShouldBe(["2026-03-31T01 3", "2026-03-31T02 4", "2026-04-01T00 8"]);
        Show(await SumsAsync(UsageBucket.Day)).ShouldBe(["2026-03-31T00 7", "2026-04-01T00 8"]);
        Show(await SumsAsync(UsageBucket.Month, UsageField.Client)).ShouldBe(["2026-03-01T00 a 3", "2026-03-01T00 b 4", "2026-04-01T00 b 8"]);
        Show(await SumsAsync(UsageBucket.All, UsageField.Provider, UsageField.Client)).ShouldBe(["x a 1", "x b 4", "y a 2", "y b 8"]);
        var some = await Ledger.QueryAsync(Query(UsageBucket.All) with { Where = [new(UsageField.Client, ["b", "'; DROP TABLE usage_lines; --"]), new(UsageField.Provider, ["x"])] }, Never);
        some.ShouldHaveSingleItem().Input.ShouldBe(4);
        (await Ledger.QueryAsync(Query(UsageBucket.All) with { Where = [new(UsageField.Team, [])] }, Never)).ShouldBeEmpty();
        (await Ledger.QueryAsync(Query(UsageBucket.All) with { From = Day.AddDays(5) }, Never)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_that_a_line_counts_is_in_its_sums()
    {
        var line = Line(Day, 1, null) with
        {
            Status = 500,
            IsEstimated = true,
            IsInterrupted = true,
            Usage = new TokenUsage { Input = 1, CachedInput = 2, CacheCreation = 3, Output = 5, Reasoning = 6, AudioInput = 7, AudioOutput = 8, Images = 11, AudioSeconds = 12.5, SearchUnits = 13, WebSearches = 14 },
        };
        await Ledger.WriteAsync([line], Never);
        (await AllAsync()).ShouldBe(new UsageRow
        {
            Requests = 1,
            Failures = 1,
            Estimated = 1,
            Interrupted = 1,
            Unpriced = 1,
            Input = 1,
            CachedInput = 2,
            CacheCreation = 3,
            Output = 5,
            Reasoning = 6,
            AudioInput = 7,
            AudioOutput = 8,
            Images = 11,
            AudioSeconds = 12.5m,
            SearchUnits = 13,
            WebSearches = 14,
        });
    }

    [Fact]
    public async Task Rolling_up_changes_no_sum_and_leaves_newer_lines_alone()
    {
        var random = new Random(7);
        UsageEntry[] lines = [.. Enumerable.Range(0, 2000).Select(i => Line(Day.AddMinutes(i * 13), random.Next(1000), random.Next(1_000_000) / 1_000_000_000m, $"c{random.Next(3)}", $"p{random.Next(3)}") with
        {
            IsEstimated = random.Next(2) == 0,
            Part = random.Next(2),
            Costs = [new RequestCost("own", random.Next(100))],
        })];
        await Ledger.WriteAsync(lines, Never);
        var before = await SnapshotAsync();
        var own = await ScalarAsync("SELECT SUM(value) FROM usage_costs");
        var limit = Day.AddDays(10);
        (await Ledger.RollUpAsync(limit, Never)).ShouldBe(lines.Count(l => l.Start < limit));
        (await SnapshotAsync()).ShouldBe(before);
        (await ScalarAsync("SELECT SUM(value) FROM usage_costs")).ShouldBe(own);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines")).ShouldBe(lines.Count(l => l.Start >= limit) + (10 * 9));

        // A line that comes late is added to them; nothing is counted twice.
        await Ledger.WriteAsync([Line(Day, 5, 1)], Never);
        (await Ledger.RollUpAsync(limit, Never)).ShouldBe(1);
        (await AllAsync()).Input.ShouldBe(lines.Sum(l => l.Usage.Input!.Value) + 5);
    }

    [Fact]
    public async Task The_operators_own_costs_are_summed_for_the_same_lines_and_stay_when_lines_are_rolled_up()
    {
        RequestCost[] Own(long weighed, long? pages) => [new("weighed", weighed), new("pages", pages)];
        await Ledger.WriteAsync(
        [
            Line(Day.AddHours(1), 1, 1, client: "a") with { Costs = [.. Own(10, 1)] },
            Line(Day.AddHours(2), 1, 1, client: "a") with { Costs = [.. Own(20, null)] },
            Line(Day.AddHours(2), 1, 1, client: "b") with { Costs = [new("weighed", 5)] },
            Line(Day.AddHours(3), 1, 1, client: "c"),
        ], Never);
        for (var round = 0; round < 2; round++)
        {
            (await SumsAsync(UsageBucket.Day, UsageField.Client)).Select(r => $"{r.Keys[0]}: {string.Join(", ", r.Costs.Select(cost => $"{cost.Name} {cost.Value}"))}").ShouldBe(["a: pages 1, weighed 30", "b: weighed 5", "c: "]);
            (await AllAsync()).Costs.ShouldBe([new("pages", 1), new("weighed", 35)]);
            (await Ledger.QueryAsync(Query(UsageBucket.All) with { Where = [new(UsageField.Client, ["b"])] }, Never)).ShouldHaveSingleItem().Costs.ShouldBe([new("weighed", 5)]);
            await Ledger.RollUpAsync(Day.AddDays(1), Never);
        }
    }

    [Fact]
    public async Task Another_gateway_can_read_and_write_at_the_same_time()
    {
        await using var other = Another();
        await other.OpenAsync(Never);
        await Task.WhenAll(
            Task.Run(async () => { for (var i = 0; i < 50; i++) await Ledger.WriteAsync([Line(Day, 1, 0)], Never); }, TestContext.Current.CancellationToken),
            Task.Run(async () => { for (var i = 0; i < 50; i++) await other.WriteAsync([Line(Day, 1, 0)], Never); }, TestContext.Current.CancellationToken));
        (await AllAsync()).Requests.ShouldBe(100);
    }

    [Fact]
    public async Task Of_many_gateways_that_start_at_once_each_finds_the_tables()
    {
        var others = Enumerable.Range(0, 5).Select(_ => Another()).ToArray();
        await Task.WhenAll(others.Select(other => Task.Run(async () =>
        {
            await other.OpenAsync(Never);
            await other.WriteAsync([Line(Day.AddDays(40), 1, 0)], Never);
        })));
        (await AllAsync()).Requests.ShouldBe(5);
        foreach (var other in others) await other.DisposeAsync();
    }

    [Fact]
    public async Task A_name_that_no_text_should_hold_keeps_nothing_from_being_written()
    {
        await Ledger.WriteAsync([Line(Day, 1, 0, client: "zero \0 and half \ud83d of it"), Line(Day, 2, 0, client: "whole 😀")], Never);
        (await AllAsync()).Input.ShouldBe(3);
        (await SumsAsync(UsageBucket.All, UsageField.Client)).Select(r => r.Keys[0]).ShouldContain("whole 😀");
    }

    private protected static UsageEntry Line(DateTimeOffset start, long input, decimal? cost, string client = "c", string provider = "p") => new()
    {
        Id = Guid.NewGuid(),
        RequestId = "r",
        Start = start,
        Client = client,
        Provider = provider,
        Model = "m",
        Status = 200,
        Cost = cost,
        Usage = new TokenUsage { Input = input },
    };

    private static UsageQuery Query(UsageBucket bucket, params UsageField[] by) => new() { From = Day.AddDays(-1), To = Day.AddYears(1), Bucket = bucket, By = [.. by] };

    private async Task<IReadOnlyList<UsageRow>> SumsAsync(UsageBucket bucket, params UsageField[] by) => await Ledger.QueryAsync(Query(bucket, by), Never);

    private async Task<UsageRow> AllAsync()
    {
        var row = (await SumsAsync(UsageBucket.All)).ShouldHaveSingleItem();
        return row with { Keys = [] };
    }

    private async Task<string[]> SnapshotAsync() =>
        [.. (await SumsAsync(UsageBucket.Day, UsageField.Client, UsageField.Provider, UsageField.Model)).Select(r => string.Join('/', r.Keys) + (r with { Keys = default }))];

    private static IEnumerable<string> Show(IEnumerable<UsageRow> rows) =>
        rows.Select(r => string.Join(' ', new[] { r.Start?.ToString("yyyy-MM-dd'T'HH", System.Globalization.CultureInfo.InvariantCulture) }.OfType<string>().Concat(r.Keys).Append(r.Input.ToString(System.Globalization.CultureInfo.InvariantCulture))));
}
