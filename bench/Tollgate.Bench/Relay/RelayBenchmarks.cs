using BenchmarkDotNet.Attributes;
using Tollgate.Bench.Rig;

namespace Tollgate.Bench.Relay;

/// <summary>
/// Time and allocations of one relayed request, gateway, mock and load together. Starting the 64 connections' loops anew for each
/// thousand requests costs about 20 B per request, which are not the gateway's.
/// </summary>
[MemoryDiagnoser]
public class RelayBenchmarks
{
    private const int Requests = 1000;
    private InProcessGateway _gateway = null!;

    [GlobalSetup(Target = nameof(Unary))]
    public Task StartUnaryAsync() => StartAsync(new Cell("unary", 64));

    [GlobalSetup(Target = nameof(UnaryWithClientHeaders))]
    public Task StartUnaryWithClientHeadersAsync() => StartAsync(new Cell("unary", 64, ClientHeaders: true));

    [GlobalSetup(Target = nameof(StreamOf50))]
    public Task StartStreamAsync() => StartAsync(new Cell("stream", 64, Stream: true));

    [GlobalCleanup]
    public async Task StopAsync() => await _gateway.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Requests)]
    public Task Unary() => _gateway.SendAsync(Requests);

    [Benchmark(OperationsPerInvoke = Requests)]
    public Task UnaryWithClientHeaders() => _gateway.SendAsync(Requests);

    [Benchmark(OperationsPerInvoke = Requests)]
    public Task StreamOf50() => _gateway.SendAsync(Requests);

    private async Task StartAsync(Cell cell) => _gateway = await InProcessGateway.StartAsync(cell);
}
