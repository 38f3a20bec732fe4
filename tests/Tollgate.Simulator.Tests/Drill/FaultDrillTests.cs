using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Simulator.Drill;

namespace Tollgate.Simulator.Tests.Drill;

public sealed class FaultDrillTests : IAsyncDisposable
{
    // Time limits that are not meant to be reached are long: the clock is a fast one.
    private const string Two = """
        providers:
          openai: { key: k, timeouts: { connect: 10m, firstToken: 9m, idle: 10m, total: 20m } }
          claude: { kind: anthropic, key: k, timeouts: { connect: 10m, firstToken: 10m, idle: 10m, total: 20m } }
        models:
          chat:
            - { provider: openai, model: gpt-5 }
            - { provider: claude, model: claude-sonnet-4, priority: 1 }
          "gpt-*": openai
        """;

    private readonly SteadyTime _time = new();

    public ValueTask DisposeAsync() => _time.DisposeAsync();

    [Fact]
    public async Task With_a_second_provider_an_outage_of_the_first_goes_unseen()
    {
        var results = await DrillAsync(Two, "chat", "outage");
        results.ShouldAllBe(r => r.Verdict == DrillVerdict.Whole);
        results.Select(r => r.Stream).ShouldBe([false, true]);
        foreach (var result in results) result.Tries.Distinct().ShouldBe(["openai", "claude"]);
    }

    [Fact]
    public async Task Without_one_it_is_a_clear_error()
    {
        var results = await DrillAsync(Two, "gpt-drill", "outage");
        results.ShouldAllBe(r => r.Verdict == DrillVerdict.Error && r.Detail.StartsWith("503 ", StringComparison.Ordinal));
        results.ShouldAllBe(r => r.Tries.All(t => t == "openai"));
    }

    [Fact]
    public async Task A_silent_provider_costs_its_time_limit_and_then_another_answers()
    {
        var impatient = Two.Replace("firstToken: 9m, idle: 10m, total: 20m", "firstToken: 20s, idle: 20s, total: 30s", StringComparison.Ordinal);
        var result = (await DrillAsync(impatient, "chat", "silent")).Single(r => r.Stream);
        result.Verdict.ShouldBe(DrillVerdict.Whole);
        result.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(20));
        result.Tries.ShouldBe(["openai", "claude"]);
    }

    [Fact]
    public async Task When_every_provider_is_down_all_were_asked()
    {
        var results = await DrillAsync(Two, "chat", "all-down");
        results.ShouldAllBe(r => r.Verdict == DrillVerdict.Error);
        results.ShouldAllBe(r => r.Tries.Contains("openai") && r.Tries.Contains("claude"));
    }

    [Fact]
    public async Task After_an_outage_the_provider_is_asked_again()
    {
        var results = await DrillAsync(Two, "chat", "outage-6s");
        results.ShouldAllBe(r => r.Verdict == DrillVerdict.Whole && r.Returned != null);
    }

    [Fact]
    public async Task All_models_and_faults_are_rehearsed_unless_told_otherwise()
    {
        var config = Parse(Two);
        var heard = new System.Collections.Concurrent.ConcurrentBag<DrillResult>();
        var report = await FaultDrill.RunAsync(config, new DrillOptions { Scenarios = ["healthy"] }, _time.Clock, heard.Add, CancellationToken.None);
        report.Results.Select(r => r.Model).Distinct().ShouldBe(["chat", "gpt-drill"]);
        heard.Count.ShouldBe(report.Results.Length);
        report.Count(DrillVerdict.Whole).ShouldBe(4);
        FaultDrill.Scenarios.Select(s => s.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task A_short_time_limit_slows_the_clock_down()
    {
        var config = Parse(Two.Replace("firstToken: 9m", "firstToken: 1500ms", StringComparison.Ordinal));
        var report = await FaultDrill.RunAsync(config, new DrillOptions { Models = ["chat"], Scenarios = ["healthy"] }, _time.Clock, null, CancellationToken.None);
        report.Speed.ShouldBe(2);
        report.Count(DrillVerdict.Whole).ShouldBe(2);
    }

    [Fact]
    public async Task A_fault_that_is_not_there_is_named_with_those_that_are()
    {
        var error = await Should.ThrowAsync<ArgumentException>(() => FaultDrill.RunAsync(Parse(Two), new DrillOptions { Scenarios = ["flood"] }, TimeProvider.System, null, CancellationToken.None));
        error.Message.ShouldContain("'flood'");
        error.Message.ShouldContain("outage");
    }

    [Fact]
    public async Task Nothing_of_the_configuration_reaches_a_network_nor_needs_a_key()
    {
        // The address is one where nobody listens, the key is one that nobody takes.
        const string Elsewhere = """
            providers: { far: { kind: openai, url: "http://127.0.0.1:9/v1", key: nobody } }
            models: { m: far }
            """;
        var results = await DrillAsync(Elsewhere, "m", "healthy");
        results.ShouldAllBe(r => r.Verdict == DrillVerdict.Whole);
    }

    private async Task<IReadOnlyList<DrillResult>> DrillAsync(string yaml, string model, string scenario) =>
        (await FaultDrill.RunAsync(Parse(yaml), new DrillOptions { Models = [model], Scenarios = [scenario], Speed = 20 }, _time.Clock, null, CancellationToken.None)).Results;

    private static GatewayConfig Parse(string yaml)
    {
        var loaded = ConfigLoader.Parse(yaml, "drill.yaml", new ConfigContext(_ => null, Catalogue.Default));
        return loaded.Config ?? throw new InvalidOperationException(string.Join('\n', loaded.Problems));
    }
}
