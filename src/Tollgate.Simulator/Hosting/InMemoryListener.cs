using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Tollgate.Simulator.Hosting;

/// <summary>A place to listen at that is inside this process.</summary>
internal sealed class InMemoryEndPoint : EndPoint
{
    /// <summary>Kestrel's metrics ask for it as soon as anybody listens to them, and the base class throws.</summary>
    public override AddressFamily AddressFamily => AddressFamily.Unspecified;

    public override string ToString() => "in-memory";
}

/// <summary>Kestrel's transport over pipes: connections are handed over in memory and no port is opened.</summary>
internal sealed class InMemoryListener : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<InMemoryConnection> _waiting = Channel.CreateUnbounded<InMemoryConnection>();
    private int _count;

    public EndPoint EndPoint { get; } = new InMemoryEndPoint();

    public bool CanBind(EndPoint endpoint) => endpoint is InMemoryEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <summary>A new connection; its client's end.</summary>
    /// <exception cref="IOException">The server has stopped.</exception>
    public Stream Connect()
    {
        var number = Interlocked.Increment(ref _count);
        var connection = new InMemoryConnection($"simulator-{number}", EndPoint);
        return _waiting.Writer.TryWrite(connection) ? connection.ClientStream : throw new IOException("The simulator has stopped.");
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
