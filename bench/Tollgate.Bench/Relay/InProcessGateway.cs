using Microsoft.Extensions.DependencyInjection;
using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;
using Tollgate.Hosting;

namespace Tollgate.Bench.Relay;

/// <summary>
/// A whole gateway on Kestrel, the mock provider and the load in one process. The mock and the load allocate nothing per request,
/// so that what the process allocates is the gateway's. Its access log is on and goes nowhere.
/// </summary>
internal sealed class InProcessGateway : IAsyncDisposable
{
    private readonly MockProvider _mock;
    private readonly GatewayHost _host;
    private readonly ClosedLoop _load;

    private InProcessGateway(MockProvider mock, GatewayHost host, ClosedLoop load) => (_mock, _host, _load) = (mock, host, load);

    /// <summary>The services of the gateway.</summary>
    internal IServiceProvider Services => _host.Services;

    /// <summary>Where clients call.</summary>
    internal int Port => _host.Addresses[0].Port;

    /// <summary>TCP segments that the provider has received.</summary>
    internal long UpstreamSegments => _mock.SegmentsReceived();

    /// <summary>TCP segments that the clients have received.</summary>
    internal long ClientSegments => _load.Segments;

    /// <summary>In front of a provider of another kind when one is named, which answers in its own dialect; with more in its configuration, and with services of its own.</summary>
    internal static async Task<InProcessGateway> StartAsync(Cell cell, string kind = "openai", string? answer = null, string more = "", AnswerShape? asked = null, Action<IServiceCollection>? services = null)
    {
        var mock = new MockProvider(0, answer is null ? null : AnswerBook.Of(answer));
        var host = await BenchHost.StartAsync(FormattableString.Invariant($$"""
            providers:
              mock: { kind: {{kind}}, url: http://127.0.0.1:{{mock.Port}}/v1, key: bench, region: us-east-1 }
            models:
              {{string.Join("\n  ", AnswerShapes.All.Select(a => a.Model() + ": mock"))}}
            {{more}}
            """), services);
        var request = asked is { } shape ? Payload.Request(ClientForm.OpenAI, shape, cell.BodyLength, cell.ClientHeaders) : Payload.Request(cell.BodyLength, cell.Stream, cell.ClientHeaders);
        var load = new ClosedLoop(host.Addresses[0].Port, cell.Concurrency, request);
        return new InProcessGateway(mock, host, load);
    }

    internal Task SendAsync(int requests) => _load.RunAsync(LoadPhase.Of(requests));

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        await _host.StopAsync(new CancellationToken(canceled: true));
        await _host.DisposeAsync();
        _mock.Dispose();
    }
}
