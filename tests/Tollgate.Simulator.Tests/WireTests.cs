using System.Text.Json.Nodes;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Tests;

public sealed class WireTests
{
    [Fact]
    public void A_full_store_drops_its_oldest_thing()
    {
        var store = new ObjectStore();
        for (var i = 0; i <= 1000; i++) store.Put(new StoredObject($"o{i}", [], []));
        store.Find("o0").ShouldBeNull();
        store.All()[0].Id.ShouldBe("o1000");
        store.Put(new StoredObject("big", [], new byte[129 << 20]));
        store.All().Select(o => o.Id).ShouldBe(["big"]);
    }

    [Theory]
    [InlineData("slow-2s+cut-after-20", "2 20 null")]
    [InlineData("latency=300ms tps=50", "0.3 null 50")]
    [InlineData("gpt-4o-2024-08-06", "null null null")]
    [InlineData("llama-3.1-405b", "null null null")]
    public void Knobs_are_read_and_other_words_are_left_alone(string knobs, string expected)
    {
        var faults = new Faults().With(knobs);
        var read = new JsonNode?[] { faults.FirstToken?.TotalSeconds, faults.CutAfter, faults.TokensPerSecond };
        string.Join(' ', read.Select(r => r?.ToJsonString() ?? "null")).ShouldBe(expected);
        faults.Status.ShouldBeNull();
    }

    [Theory]
    [InlineData("sim/503", 503)]
    [InlineData("sim-503", 503)]
    [InlineData("acme/sim/503", 503)]
    [InlineData("simple/503", null)]
    [InlineData("gpt-503", null)]
    public void Only_a_models_name_that_says_sim_carries_knobs(string model, int? status) =>
        new Faults().WithModel(model).Status.ShouldBe(status);

    [Fact]
    public void Every_knob_of_the_manual_does_something()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Tollgate.slnx"))) folder = folder.Parent;
        var knobs = File.ReadLines(Path.Combine(folder.FullName, "docs", "simulator.md"))
            .Where(l => l.StartsWith("| `sim/", StringComparison.Ordinal)).Select(l => l.Split('`')[1]).ToList();
        knobs.Count.ShouldBeGreaterThan(15);
        foreach (var knob in knobs) new Faults().WithModel(knob).ShouldNotBe(new Faults(), knob);
    }
}
