using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Tollgate.Epoll.Sockets;

namespace Tollgate.Epoll.Listening;

/// <summary>A client's connection, for Kestrel.</summary>
internal sealed class EpollConnection : DefaultConnectionContext, IMemoryPoolFeature, IDuplexPipe
{
    // With a client that does not read what it has been sent, when its connection is closed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private readonly CancellationTokenSource _closed = new();
    private ConnectionAbortedException? _abort;
    private int _isClosed;

    internal EpollConnection(LoopSocket socket, MemoryPool<byte> pool, IPEndPoint? local, IPEndPoint? remote)
    {
        Socket = socket;
        MemoryPool = pool;
        (LocalEndPoint, RemoteEndPoint) = (local, remote);
        ConnectionClosed = _closed.Token;
        _input = new SocketPipeReader(socket, pool, this);
        _output = new SocketPipeWriter(socket, pool, this);
        Transport = Application = this;
        Features.Set<IMemoryPoolFeature>(this);
        socket.Ended = OnEnded;
    }

    internal LoopSocket Socket { get; }

    public MemoryPool<byte> MemoryPool { get; }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _abort ??= abortReason;
        Socket.Close(isBrokenOff: true);
        FireClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        await Socket.Sender.FinishAsync(Patience).ConfigureAwait(false);
        Socket.Dispose();
        await _output.CompleteAsync().ConfigureAwait(false);
        await _input.CompleteAsync().ConfigureAwait(false);
        FireClosed();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The client sends no more.</summary>
    internal void OnEnd() => FireClosed();

    /// <summary>Nobody reads any more.</summary>
    internal void OnBroken() => FireClosed();

    /// <summary>The client has broken it off.</summary>
    internal ConnectionResetException OnReset(Exception e)
    {
        FireClosed();
        return new ConnectionResetException("the client has broken the connection off", e);
    }

    /// <summary>It is closed.</summary>
    internal ConnectionAbortedException Aborted(Exception e)
    {
        FireClosed();
        return _abort ?? new ConnectionAbortedException("the connection is closed", e);
    }

    // What the client has sent before it ended is read first, by whoever reads; but then nobody may be reading.
    private void OnEnded(bool isBroken)
    {
        if (isBroken || Native.Libc.Peek(Socket.Handle) <= 0) FireClosed();
    }

    // Elsewhere: callbacks end requests, which takes its time.
    private void FireClosed()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
    }
}
