using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Tollgate.Bench.Rig;
using Tollgate.Telemetry;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Bench.Relay;

/// <summary>
/// <c>telemetry [ROUNDS]</c>: the relay bare, and with metrics, the access log and traces on, one after the other. "Recorded" are spans that a
/// listener asks for and throws away; "sent" are spans and metrics that the SDK exports to a sink in this process, whose work counts, too. One in a
/// hundred is drawn by the gateway itself, as in the command.
/// </summary>
internal static class TelemetryCost
{
    private const double Share = 0.01;

    internal static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        await Console.Out.WriteLineAsync(Turns.Head);
        await using var sink = await OtlpSink.StartAsync();
        foreach (var cell in (Cell[])[new("unary 1 KB", 16), new("stream of 50", 16, Stream: true)]) await MeasureAsync(cell, rounds, sink);
        return 0;
    }

    private static async Task MeasureAsync(Cell cell, int rounds, OtlpSink sink)
    {
        await using var bare = await InProcessGateway.StartAsync(cell, more: "accessLog: { enabled: false }", services: Unheard);
        await using var measured = await InProcessGateway.StartAsync(cell, more: "accessLog: { enabled: false }");
        await using var all = await InProcessGateway.StartAsync(cell);
        await using var drawing = await InProcessGateway.StartAsync(cell, services: Drawing);
        await Turns.MeasureAsync(cell, rounds,
        [
            new("nothing", bare),
            new("metrics", measured),
            new("metrics and access log", all),
            new("these, 1 % of traces recorded", drawing) { During = () => SpanSink.Listen() },
            new("these, all traces recorded", all) { During = () => SpanSink.Listen() },
            new("these, 1 % of traces sent", drawing) { During = () => Sent(sink, Share) },
            new("these, all traces sent", all) { During = () => Sent(sink, 1) },
        ]);
    }

    /// <summary>Its instruments are there, and nobody listens.</summary>
    private static void Unheard(IServiceCollection services) => services.AddSingleton(new PrometheusExporter([]));

    private static void Drawing(IServiceCollection services) => services.AddSingleton(new RootSampler(Share, Random.Shared.NextDouble));

    private static Export Sent(OtlpSink sink, double share) => new(sink, share);

    private sealed class Export(OtlpSink sink, double share) : IDisposable
    {
        private readonly TracerProvider _traces = Sdk.CreateTracerProviderBuilder()
            .AddSource(TracingOptions.SourceName)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(share)))
            .AddOtlpExporter(o => To(o, sink, "/v1/traces"))
            .Build();

        private readonly MeterProvider _metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter([.. PrometheusExporter.DefaultMeters])
            .AddOtlpExporter(o => To(o, sink, "/v1/metrics"))
            .Build();

        public void Dispose()
        {
            _traces.Dispose();
            _metrics.Dispose();
        }

        private static void To(OtlpExporterOptions options, OtlpSink sink, string path) =>
            (options.Protocol, options.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(sink.Url + path));
    }
}
