using System.Net;
using System.Net.Sockets;

namespace Tollgate.Upstreams.Http1;

/// <summary>Opens TCP connections to providers.</summary>
internal abstract class WireOpener
{
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">There is no such host, or it cannot be reached.</exception>
    internal abstract ValueTask<Wire> ConnectAsync(string host, int port, CancellationToken cancellationToken);
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
