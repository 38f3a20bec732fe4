using System.Net;
using System.Net.Sockets;
using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;

namespace Tollgate.Epoll.Tests;

/// <summary>A connection over loopback: one end on a loop, the other one with .NET's sockets.</summary>
internal sealed class SocketPair : IDisposable
{
    // What the kernel keeps of it, roughly, so that a few megabytes have to wait.
    private const int Narrow = 64 * 1024;

    private SocketPair(LoopSocket near, Socket far) => (Near, Far) = (near, far);

    public LoopSocket Near { get; }

    public Socket Far { get; }

    public static SocketPair Open(EventLoop loop, bool isNarrow = false)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (isNarrow) listener.ReceiveBufferSize = Narrow;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (isNarrow) near.SendBufferSize = Narrow;
        near.Connect(listener.LocalEndPoint!);
        var far = listener.Accept();
        far.NoDelay = true;
        near.Blocking = false;
        var socket = new LoopSocket(new SocketHandle(Libc.Duplicate((int)near.Handle)), loop);
        socket.Start();
        return new SocketPair(socket, far);
    }

    /// <summary>Waits for a byte at the near end, and tells on which thread it goes on.</summary>
    public async Task<string?> ThreadOfReceiverAsync()
    {
        await Near.Receiver.ReceiveAsync(new byte[1]).ConfigureAwait(false);
        return Thread.CurrentThread.Name;
    }

    /// <summary>The far end is gone at once, without a farewell.</summary>
    public void Reset()
    {
        Far.LingerState = new LingerOption(enable: true, seconds: 0);
        Far.Close();
    }

    public byte[] ReadFar(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = Far.Receive(bytes.AsSpan(read));
            if (more == 0) throw new EndOfStreamException($"{read} of {count} came");
            read += more;
        }

        return bytes;
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
