using System.Buffers;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Tests;

public sealed class WireTests
{
    [Fact]
    public void An_event_stream_frame_has_both_checksums()
    {
        var output = new ArrayBufferWriter<byte>();
        AwsStream.WriteFrame(output, """{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abc"}"""u8, "event", "contentBlockDelta");
        Convert.ToHexStringLower(output.WrittenSpan).ShouldBe(
            "0000009e00000057fe1b824f0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d74797065070010"
            + "6170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c"
            + "2264656c7461223a7b2274657874223a224869227d2c2270223a22616263227d9343f010");
    }

    [Fact]
    public void An_exception_frame_names_its_type()
    {
        var output = new ArrayBufferWriter<byte>();
        AwsStream.WriteFrame(output, """{"message":"Slow down"}"""u8, "exception", "throttlingException");
        Convert.ToHexStringLower(output.WrittenSpan).ShouldBe(
            "0000008800000061de0175f40f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e0d3a636f6e74656e742d74797065070010"
            + "6170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a22536c6f7720646f776e227d05b26fa5");
    }

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
