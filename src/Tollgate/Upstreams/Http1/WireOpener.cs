using System.Net;
using System.Net.Sockets;

namespace Tollgate.Upstreams.Http1;

/// <summary>Opens TCP connections, to providers and to what else is asked on the way of a request.</summary>
internal abstract class WireOpener
{
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">There is no such host, or it cannot be reached.</exception>
    internal abstract ValueTask<Wire> ConnectAsync(string host, int port, CancellationToken cancellationToken);

    /// <summary>How many places there are where connections can be, each with one thread that goes on with whoever waits there. 0: all are alike.</summary>
    internal virtual int Places => 0;

    /// <summary>Number of the place that the calling thread serves; -1: none.</summary>
    internal virtual int Here => -1;

    /// <summary>The same at a place of the caller's choice, where there are any.</summary>
    /// <inheritdoc cref="ConnectAsync(string, int, CancellationToken)"/>
    internal virtual ValueTask<Wire> ConnectAsync(string host, int port, int place, CancellationToken cancellationToken) => ConnectAsync(host, port, cancellationToken);
}

/// <summary>With .NET's sockets.</summary>
internal sealed class SocketOpener : WireOpener
{
    internal override async ValueTask<Wire> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(host, port), cancellationToken).ConfigureAwait(false);
            return new SocketWire(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
