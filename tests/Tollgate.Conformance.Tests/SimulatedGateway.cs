namespace Tollgate.Conformance.Tests;

/// <summary>Two gateways in front of the built-in simulator: one that is open and serves every name, one with keys and few names.</summary>
public sealed class SimulatedGateway : IAsyncLifetime
{
    /// <summary>A key of the closed gateway.</summary>
    public const string ClientKey = "client-key-0123456789";

    private TestGateway? _open;
    private TestGateway? _closed;

    public Uri Address => Open.Host.Addresses[0];

    public Uri ClosedAddress => _closed!.Host.Addresses[0];

    internal TestGateway Open => _open!;

    public async ValueTask InitializeAsync()
    {
        _open = await TestGateway.StartAsync("""
            providers: { sim: { kind: simulator } }
            models: { m: sim, gpt-5: sim, claude-sonnet-4-5: sim, "*": sim }
            """);
        _closed = await TestGateway.StartAsync($$"""
            providers: { sim: { kind: simulator } }
            models: { gpt-5: sim, claude-sonnet-4-5: sim }
            clients: { app: { key: {{ClientKey}} } }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _open!.DisposeAsync();
        await _closed!.DisposeAsync();
    }
}
