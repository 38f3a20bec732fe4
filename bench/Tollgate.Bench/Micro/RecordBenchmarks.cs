using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Telemetry;

namespace Tollgate.Bench.Micro;

/// <summary>What every request pays at its end: its line in the access log and its metrics.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private readonly AccessLogLine _line = new();
    private readonly RequestRecord _relayed = Relayed();
    private readonly RequestRecord _priced = Relayed();
    private PrometheusExporter? _exporter;
    private GatewayMetrics? _metrics;

    /// <summary>The exporter is there first, as in the gateway.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var factory = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _exporter = new PrometheusExporter(PrometheusExporter.DefaultMeters, factory);
        _metrics = new GatewayMetrics(factory);
        _priced.Cost = 0.0001234500m;
        _priced.Usage = _priced.Usage with { CachedInput = 4, Reasoning = 5 };
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _exporter!.Dispose();
        _metrics!.Dispose();
        _line.Dispose();
    }

    [Benchmark]
    public int Line()
    {
        _line.Render(_relayed, bodies: false);
        return _line.Written.Length;
    }

    [Benchmark]
    public int LineOfAPricedRequest()
    {
        _line.Render(_priced, bodies: false);
        return _line.Written.Length;
    }

    [Benchmark]
    public void Metrics() => _metrics!.Record(_relayed);

    [Benchmark]
    public void MetricsOfAPricedRequest() => _metrics!.Record(_priced);

    private static RequestRecord Relayed() => new()
    {
        RequestId = "0HN7Q3K2M5T8V1X4",
        Start = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 67, TimeSpan.Zero),
        Method = "POST",
        Path = "/v1/chat/completions",
        Operation = Operations.Chat,
        Client = "shop",
        Route = "gpt-4o",
        Provider = "openai",
        ProviderMetricName = "openai",
        AskedModel = "gpt-4o",
        ServedModel = "gpt-4o-2024-08-06",
        ResponseModel = "gpt-4o-2024-08-06",
        Status = 200,
        ProviderStatus = 200,
        Attempts = 1,
        Usage = new TokenUsage { Input = 1210, Output = 345 },
        ProviderHeaders = TimeSpan.FromMilliseconds(10.125),
        Duration = TimeSpan.FromMilliseconds(10.375),
        BytesIn = 4321,
        BytesOut = 1654,
    };
}
