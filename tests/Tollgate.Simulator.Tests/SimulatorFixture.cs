namespace Tollgate.Simulator.Tests;

/// <summary>One simulator on a free port for all tests of a class.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    private SimulatorHost? _host;

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public async ValueTask InitializeAsync()
    {
        _host = await SimulatorHost.StartAsync(new SimulatorOptions(), ["127.0.0.1:0"], TimeProvider.System, CancellationToken.None);
        Address = new Uri(_host.Addresses[0]);
        Client.BaseAddress = Address;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host!.DisposeAsync();
    }
}
