using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Tollgate.Epoll.Loops;
using Tollgate.Hosting;

namespace Tollgate.Epoll.Listening;

/// <summary>Listens where clients call. The admin listener, behind which databases are asked, stays with Kestrel's own sockets.</summary>
internal sealed class EpollListenerFactory(LoopGroup loops, IMemoryPoolFactory<byte> pools, TimeProvider time) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const int Backlog = 512;

    public bool CanBind(EndPoint endpoint) => endpoint is ClientEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Blocking = false;
            socket.Listen(Backlog);
            return new ValueTask<IConnectionListener>(new EpollListener(socket, loops, [.. Enumerable.Range(0, loops.Count).Select(_ => pools.Create())], time));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e); // what Kestrel says it with
        }
    }
}
