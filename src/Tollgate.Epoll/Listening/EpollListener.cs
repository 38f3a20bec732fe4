using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;

namespace Tollgate.Epoll.Listening;

/// <summary>Accepts clients' connections and hands them to the loops, in turns.</summary>
internal sealed class EpollListener : IConnectionListener
{
    // Of descriptors or memory there are none at the moment (accept(2)).
    private static readonly int[] Scarce = [12, 23, 24, 105];
    private static readonly int[] Hopeless = [Libc.BadDescriptor, 22, 88, 95];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly LoopSocket _polled;
    private readonly LoopGroup _loops;
    private readonly MemoryPool<byte>[] _pools;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _unbound = new();

    /// <param name="socket">Bound and listening; disposed with this.</param>
    /// <param name="loops">Who serves the connections.</param>
    /// <param name="pools">Memory for each loop; disposed with this.</param>
    /// <param name="time">Time.</param>
    internal EpollListener(Socket socket, LoopGroup loops, MemoryPool<byte>[] pools, TimeProvider time)
    {
        (_socket, _loops, _pools, _time) = (socket, loops, pools, time);
        EndPoint = socket.LocalEndPoint!;
        _polled = new LoopSocket(new SocketHandle(Libc.Duplicate((int)socket.Handle)), loops[0], isFixed: true);
        _polled.Start();
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            while (!_unbound.IsCancellationRequested)
            {
                _polled.Receiver.ExpectEvent();
                var address = new byte[Addresses.Largest];
                var accepted = Libc.Accept(_polled.Handle, address);
                if (accepted >= 0 && TryConnect(new SocketHandle(accepted), Addresses.Read(address)) is { } connection) return connection;
                if (Hopeless.Contains(-accepted)) return null;
                if (accepted == -Libc.Again) await _polled.Receiver.WaitAsync().ConfigureAwait(false);
                else if (Scarce.Contains(-accepted)) await Task.Delay(Pause, _time, _unbound.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            // It is unbound.
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        _polled.Dispose();
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        foreach (var pool in _pools) pool.Dispose();
    }

    /// <summary>Null: it cannot be polled, because of too many (epoll_ctl(2), ENOSPC). It is closed; the others are not given up for it.</summary>
    private EpollConnection? TryConnect(SocketHandle handle, IPEndPoint? remote)
    {
        Libc.DoNotDelay(handle);
        Span<byte> own = stackalloc byte[Addresses.Largest];
        var local = Libc.OwnAddress(handle, own) > 0 ? Addresses.Read(own) : null;
        var loop = _loops.NextIndex();
        var socket = new LoopSocket(handle, _loops[loop]);
        var connection = new EpollConnection(socket, _pools[loop], local, remote);
        try
        {
            socket.Start();
            return connection;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
