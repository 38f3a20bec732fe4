using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Simulator.Hosting;

namespace Tollgate.Simulator;

/// <summary>The stand-ins on ports of their own: what <c>tollgate simulate</c> runs.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private SimulatorHost(WebApplication application)
    {
        _application = application;
        var feature = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Addresses = [.. feature?.Addresses ?? []];
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:9000</c>; port 0 has been replaced by the real one.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="options">What to stand in for, and how fast.</param>
    /// <param name="urls">Addresses such as <c>127.0.0.1:9000</c> or <c>http://127.0.0.1:0</c> (port 0: any free one).</param>
    /// <param name="time">The clock of latencies, time stamps and caches.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">An address is taken or not ours.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, IReadOnlyList<string> urls, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(urls);
        var application = SimulatorApplication.Build(options, time, static _ => { });
        foreach (var url in urls)
        {
            application.Urls.Add(url.Contains("://", StringComparison.Ordinal) ? url : "http://" + url);
        }

        await application.StartAsync(cancellationToken);
        return new SimulatorHost(application);
    }

    /// <summary>Stops listening. Requests under way get a moment to end.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _application.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
