using Tollgate.Configuration;
using Tollgate.Routing.Health;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

/// <summary>The health of backends as figures.</summary>
public sealed class BackendMetricsTests
{
    [Fact]
    public async Task Shows_who_is_left_alone_who_is_asked_and_who_waits()
    {
        using var factory = MeasurementList.NewFactory();
        var shelf = new StateShelf(TimeProvider.System, () => 0);
        var draft = shelf.Begin();
        var key = draft.Key("p", "", "key", new HealthConfig());
        var well = draft.Backend("p", "well", key, new HealthConfig());
        var sick = draft.Backend("p", "sick", key, new HealthConfig());
        var provider = draft.Provider("p", new FlowConfig(1));
        draft.Commit();
        using var exporter = new PrometheusExporter([GatewayMetrics.MeterName], factory);
        using var metrics = new BackendMetrics(shelf, factory);

        well.Begin();
        sick.Begin();
        sick.End(new Verdict(VerdictKind.Fault), default);
        for (var i = 0; i < 2; i++) sick.Circuit.Fail(0);
        await provider.Gate.EnterAsync(default);
        var waiting = provider.Gate.EnterAsync(default).AsTask();

        var page = new System.Buffers.ArrayBufferWriter<byte>();
        exporter.Write(page);
        var text = System.Text.Encoding.UTF8.GetString(page.WrittenSpan);
        const string Well = "{tollgate_provider=\"p\",tollgate_backend_model=\"well\",tollgate_backend_key=\"key\"}";
        const string Sick = "{tollgate_provider=\"p\",tollgate_backend_model=\"sick\",tollgate_backend_key=\"key\"}";
        text.ShouldContain($"tollgate_backend_available{Well} 1\n");
        text.ShouldContain($"tollgate_backend_available{Sick} 0\n");
        text.ShouldContain($"tollgate_backend_in_flight{Well} 1\n");
        text.ShouldContain($"tollgate_backend_in_flight{Sick} 0\n");
        text.ShouldContain($"tollgate_backend_ejections_total{Sick} 1\n");
        text.ShouldContain("tollgate_provider_queued{tollgate_provider=\"p\"} 1\n");
        text.ShouldContain("tollgate_provider_under_way{tollgate_provider=\"p\"} 1\n");

        provider.Gate.Leave();
        (await waiting).ShouldBe(Tollgate.Routing.Flow.GateEntry.Entered);
    }
}
