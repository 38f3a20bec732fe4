using System.Diagnostics.Metrics;
using Tollgate.Configuration;
using Tollgate.Limits;
using Tollgate.Limits.Shared;
using Tollgate.Telemetry;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>What becomes of requests while Redis is away, with a real one that is killed. Alone: gateways of other tests have gauges of the same names.</summary>
[Collection(nameof(OutageTests))]
public sealed class OutageTests
{
    [Theory]
    [InlineData(StoreOutage.Open, true)]
    [InlineData(StoreOutage.Closed, false)]
    public async Task The_policy_decides_and_says_so(StoreOutage outage, bool isAdmitted)
    {
        await using var server = await RedisServer.StartAsync();
        var shared = Clients.At(server.Port).Store();
        using var metrics = new SharedCounterMetrics(shared);
        await using var store = new OutageStore(shared, Config(outage), TimeProvider.System, metrics);
        (await store.ReserveAsync(Claims.NewId(), Claims.Of("a", 1, 100))).ShouldBe(new Admission(true, 0, 99, TimeSpan.FromDays(1)), Same.Instance);

        await server.KillAsync();
        var away = await store.ReserveAsync(Claims.NewId(), Claims.Of("a", 1, 100));
        (away.IsAdmitted, away.IsUncertain, away.Rooms.Length).ShouldBe((isAdmitted, true, 0));
        if (!isAdmitted) away.Wait.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_share_of_each_limit_is_granted_here_and_what_it_used_is_counted_there_afterwards()
    {
        await using var server = await RedisServer.StartAsync();
        var shared = Clients.At(server.Port).Store();
        using var metrics = new SharedCounterMetrics(shared);
        await using var store = new OutageStore(shared, Config(StoreOutage.Local) with { Share = 0.5m }, TimeProvider.System, metrics);
        (await store.ReserveAsync(Claims.NewId(), Claims.Of("b", 1, 100))).IsUncertain.ShouldBeFalse();
        await server.KillAsync();

        BucketClaim[] claims = [Claims.Of("a", 20, 100)];
        var (first, second) = (Claims.NewId(), Claims.NewId());
        var one = await store.ReserveAsync(first, claims);
        (one.IsAdmitted, one.IsUncertain, one.Remaining).ShouldBe((true, true, 30));
        (await store.ReserveAsync(second, claims)).IsAdmitted.ShouldBeTrue();
        (await store.ReserveAsync(Claims.NewId(), claims)).IsAdmitted.ShouldBeFalse("half of 100 is 50");
        await store.SettleAsync(first, claims, new long[] { 15 });
        await store.SettleAsync(second, claims, new long[] { 0 });
        (await store.ReserveAsync(Claims.NewId(), claims)).IsAdmitted.ShouldBeTrue("15 of 50 are used");

        await server.RestartAsync();
        await store.EventuallyAsync("a", 15);
        (await store.ReserveAsync(Claims.NewId(), claims)).ShouldBe(new Admission(true, 0, 65, TimeSpan.FromDays(1)), Same.Instance);
    }

    [Fact]
    public async Task The_metrics_tell_of_it_and_are_in_the_document()
    {
        await using var server = await RedisServer.StartAsync();
        var shared = Clients.At(server.Port).Store();
        using var metrics = new SharedCounterMetrics(shared);
        using var exporter = new PrometheusExporter([GatewayMetrics.MeterName]);
        await using var store = new OutageStore(shared, Config(StoreOutage.Open), TimeProvider.System, metrics);
        await store.ReserveAsync(Claims.NewId(), Claims.Of("a", 1, 100));
        Page(exporter).ShouldContain("tollgate_shared_counters_up 1\n");

        await server.KillAsync();
        BucketClaim[] claims = [Claims.Of("a", 1, 100)];
        var id = Claims.NewId();
        await store.ReserveAsync(id, claims);
        await store.SettleAsync(id, claims, new long[] { 1 });
        await Clients.DownAsync(() => shared.Health.IsUp);
        await Clients.EventuallyAsync(() => shared.Health.Unsettled, 1); // one that is just tried is not counted, or twice
        var page = Page(exporter);
        page.ShouldContain("tollgate_shared_counters_up 0\n");
        page.ShouldContain("tollgate_shared_counters_unsettled 1\n");
        page.ShouldContain("tollgate_shared_counters_duration_seconds_count{tollgate_operation=\"settle\"} 1\n");

        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "metrics.md"));
        foreach (var instrument in Instruments(shared))
        {
            var shape = MetricShape.Of(instrument).ShouldNotBeNull();
            document.ShouldContain($"| `{instrument.Name}` | `{shape.Name}` | {shape.Type} |");
        }
    }

    private static List<Instrument> Instruments(ISharedCounters counters)
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => { if (instrument.Name.StartsWith("tollgate.shared_counters", StringComparison.Ordinal)) found.Add(instrument); } };
        listener.Start();
        using var metrics = new SharedCounterMetrics(counters);
        found.Count.ShouldBeGreaterThanOrEqualTo(4);
        return found;
    }

    private static string Page(PrometheusExporter exporter)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        exporter.Write(output);
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static CounterStoreConfig Config(StoreOutage outage) => new(CounterStoreKind.Redis, []) { Outage = outage };

    // Rooms are memory: two of them are never equal.
    private sealed class Same : IEqualityComparer<Admission>
    {
        internal static readonly Same Instance = new();

        public bool Equals(Admission x, Admission y) => (x with { Rooms = default, Wait = default }) == (y with { Rooms = default, Wait = default });

        public int GetHashCode(Admission admission) => admission.Tightest;
    }
}

/// <summary>Not beside others.</summary>
[CollectionDefinition(nameof(OutageTests), DisableParallelization = true)]
public sealed class OutageCollection;
