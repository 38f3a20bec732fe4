using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;

namespace Tollgate.Bench.Wire;

/// <summary>
/// A connection of the load or of the mock provider, polled and gone on with by one thread. With .NET's sockets each event went through two, so that at a fixed
/// rate load and mock took more of the machine than what they measured. Allocates nothing once it is open. Linux alone.
/// </summary>
internal sealed class PolledSocket : IDisposable
{
    // Nothing asynchronous is done with it: then .NET would poll it, too.
    private readonly Socket _socket;
    private readonly LoopSocket _polled;

    /// <param name="socket">Connected; disposed with this.</param>
    /// <param name="loops">Whose thread it is polled by.</param>
    internal PolledSocket(Socket socket, LoopGroup loops)
    {
        (_socket, socket.NoDelay, socket.Blocking) = (socket, true, false);
        _polled = new LoopSocket(new SocketHandle(Libc.Duplicate((int)socket.Handle)), loops[0]);
        _polled.Start();
    }

    /// <summary>TCP segments with data that it has received.</summary>
    internal long SegmentsReceived => TcpCounters.SegmentsReceived(_socket);

    /// <summary>The thread of all connections that this process makes as a client.</summary>
    private static LoopGroup Clients { get; } = NewLoop();

    /// <summary>A thread that polls.</summary>
    internal static LoopGroup NewLoop() => new(1, cpu: null);

    /// <summary>To what listens on this port of the loopback address.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    internal static PolledSocket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return new PolledSocket(socket, Clients);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for bytes. 0: the other side has ended.</summary>
    internal ValueTask<int> ReceiveAsync(Memory<byte> target) => _polled.Receiver.ReceiveAsync(target);

    /// <summary>Sends all of it, now: what a gateway's loop would put off and put together, as many events of a stream, is a write of its own here.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> source)
    {
        while (source.Length > 0)
        {
            _polled.Sender.ExpectEvent(); // first: what the kernel tells after it has refused is not missed
            var sent = SendNow(source.Span);
            if (sent == 0) await _polled.Sender.WaitAsync();
            source = source[sent..];
        }
    }

    /// <summary>Sends all of what fits into the socket's buffer: nobody waits.</summary>
    /// <exception cref="IOException">It does not fit, because the other side reads nothing.</exception>
    internal void Send(ReadOnlyMemory<byte> source)
    {
        if (SendNow(source.Span) < source.Length) throw new IOException("the other side reads nothing");
    }

    /// <summary>Bytes that the kernel took.</summary>
    private int SendNow(ReadOnlySpan<byte> source)
    {
        var sent = Libc.Send(_polled.Handle, source);
        return sent >= 0 ? sent : sent == -Libc.Again ? 0 : throw SocketErrors.Exception(-sent);
    }

    public void Dispose()
    {
        _polled.Dispose();
        _socket.Dispose();
    }
}
