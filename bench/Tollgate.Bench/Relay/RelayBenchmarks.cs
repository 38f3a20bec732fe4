using BenchmarkDotNet.Attributes;

namespace Tollgate.Bench.Relay;

/// <summary>A kind of request.</summary>
public enum RelayShape
{
    Unary,
    UnaryWithClientHeaders,
    StreamOf50,
}

/// <summary>
/// Time and allocations of one relayed 1 KB request at concurrency 64, gateway, mock and load together. Starting the 64 connections'
/// loops anew for each thousand requests costs about 20 B per request, which are not the gateway's.
/// </summary>
[MemoryDiagnoser]
public class RelayBenchmarks
{
    private const int Requests = 1000;
    private InProcessGateway _gateway = null!;
    private IDisposable? _spans;

    [ParamsAllValues]
    public RelayShape Shape { get; set; }

    /// <summary>Somebody listens to the gateway's spans.</summary>
    [Params(false, true)]
    public bool Traced { get; set; }

    // Not async: the in-process toolchain does not wait for the task of a set-up, and the first run would find no gateway.
    [GlobalSetup]
    public void Start()
    {
        var cell = new Cell("benchmark", 64, Stream: Shape == RelayShape.StreamOf50, ClientHeaders: Shape == RelayShape.UnaryWithClientHeaders);
        _spans = Traced ? SpanSink.Listen() : null;
        _gateway = InProcessGateway.StartAsync(cell).GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Stop()
    {
        _gateway.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _spans?.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Requests)]
    public void Relay() => _gateway.SendAsync(Requests).GetAwaiter().GetResult();
}
