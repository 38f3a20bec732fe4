using Microsoft.AspNetCore.Http;
using Tollgate.Simulator;

namespace Tollgate.Soak;

/// <summary>
/// Stand-ins of which one call in five goes wrong, in a way that chance picks. No refused keys: a key that is refused is left alone for so long
/// that callers would hear of little else.
/// </summary>
internal sealed class FaultyProviders : IAsyncDisposable
{
    private static readonly string[] Faults =
    [
        "500", "503", "429-1s", "html-502", "reset", "empty", "garbage",
        "cut-after-7", "end-after-9", "error-after-11", "garble-after-3", "unended", "lingers", "stall-after-5", "late-4s", "slow-300ms", "tps=200",
    ];

    private readonly SimulatorHost _host;

    private FaultyProviders(SimulatorHost host) => _host = host;

    internal Uri Address => new(_host.Addresses[0]);

    internal static async Task<FaultyProviders> StartAsync(int seed)
    {
        var chance = new Random(seed);
        var host = await SimulatorHost.StartAsync(new SimulatorOptions { Knobs = _ => Pick(chance) }, ["127.0.0.1:0"], TimeProvider.System, CancellationToken.None);
        return new FaultyProviders(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
    }

    private static string? Pick(Random chance)
    {
        lock (chance) return chance.Next(5) == 0 ? Faults[chance.Next(Faults.Length)] : null;
    }
}
