using System.Net;
using System.Net.Sockets;
using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Epoll.Dialing;

/// <summary>Connects to providers, on the loop that needs it.</summary>
internal sealed class EpollOpener(LoopGroup loops) : WireOpener
{
    /// <inheritdoc/>
    internal override int Places => loops.Count;

    /// <inheritdoc/>
    internal override int Here => loops.HereIndex;

    /// <inheritdoc/>
    internal override ValueTask<Wire> ConnectAsync(string host, int port, CancellationToken cancellationToken) => ConnectAsync(host, port, loops.Near(), isFixed: false, cancellationToken);

    /// <inheritdoc/>
    internal override ValueTask<Wire> ConnectAsync(string host, int port, int place, CancellationToken cancellationToken) => ConnectAsync(host, port, loops[place % loops.Count], isFixed: true, cancellationToken);

    private static async ValueTask<Wire> ConnectAsync(string host, int port, EventLoop loop, bool isFixed, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                return new EpollWire(await ConnectAsync(address, port, loop, isFixed, cancellationToken).ConfigureAwait(false));
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async ValueTask<LoopSocket> ConnectAsync(IPAddress address, int port, EventLoop loop, bool isFixed, CancellationToken cancellationToken)
    {
        var socket = Begin(address, port, loop, isFixed);
        try
        {
            socket.Sender.ExpectEvent();
            socket.Start();
            using (cancellationToken.UnsafeRegister(static socket => ((LoopSocket)socket!).Dispose(), socket)) await socket.Sender.WaitAsync().ConfigureAwait(false);
            if (Libc.TakeError(socket.Handle) is > 0 and var error) throw SocketErrors.Exception(error);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (cancellationToken.IsCancellationRequested) throw new OperationCanceledException(e.Message, e, cancellationToken);
            throw;
        }
    }

    private static LoopSocket Begin(IPAddress address, int port, EventLoop loop, bool isFixed)
    {
        var descriptor = Libc.OpenSocket(Addresses.FamilyOf(address));
        if (descriptor < 0) throw SocketErrors.Exception(-descriptor);
        var handle = new SocketHandle(descriptor);
        Libc.DoNotDelay(handle);
        Span<byte> target = stackalloc byte[Addresses.Largest];
        var result = Libc.Connect(handle, target[..Addresses.Write(address, port, target)]);
        if (result is 0 or -Libc.InProgress) return new LoopSocket(handle, loop, isFixed);
        handle.Dispose();
        throw SocketErrors.Exception(-result);
    }
}
