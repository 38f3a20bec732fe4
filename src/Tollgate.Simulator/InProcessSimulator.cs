using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tollgate.Catalog;
using Tollgate.Simulator.Hosting;

namespace Tollgate.Simulator;

/// <summary>
/// The built-in provider <c>simulator</c>: a real Kestrel server behind connections in memory. It opens no port, and
/// starts with the first connection.
/// </summary>
public sealed class InProcessSimulator : IInProcessProvider, IHostedService, IAsyncDisposable
{
    private readonly SimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly InMemoryListener _listener = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private WebApplication? _application;
    private bool _stopped;

    /// <summary>Makes it ready to be started.</summary>
    public InProcessSimulator(SimulatorOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_options, _time) = (options, time);
    }

    /// <inheritdoc/>
    public string Kind => "simulator";

    /// <inheritdoc/>
    /// <exception cref="IOException">The simulator has been stopped.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _application) is null) await StartServerAsync(cancellationToken);
        return _listener.Connect();
    }

    /// <summary>Nothing to do: the server starts with the first connection.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stops the server; later connections are refused.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _stopped = true;
            if (_application is not null) await _application.StopAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_application is not null) await _application.DisposeAsync();
        await _listener.DisposeAsync();
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_application is not null) return;
            if (_stopped) throw new IOException("The simulator has stopped.");
            var application = SimulatorApplication.Build(_options, _time, ListenInMemory);
            await application.StartAsync(cancellationToken);
            Volatile.Write(ref _application, application);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void ListenInMemory(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IConnectionListenerFactory>(_listener);
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(_listener.EndPoint, static listen => listen.Protocols = HttpProtocols.Http1));
    }
}
