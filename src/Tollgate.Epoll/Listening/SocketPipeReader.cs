using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;
using Tollgate.Reuse;

namespace Tollgate.Epoll.Listening;

/// <summary>What a client sends, received when it is asked for. A connection that waits holds no memory.</summary>
internal sealed class SocketPipeReader(LoopSocket socket, MemoryPool<byte> pool, EpollConnection connection) : PipeReader
{
    // Less is not worth a system call.
    private const int LeastRoom = 1024;

    private readonly LoopSocket _socket = socket;
    private readonly SegmentStock _stock = new(pool);
    private Segment? _first;
    private Segment? _last;
    private int _start;
    private bool _isExamined = true;
    private bool _hasEnded;
    private Occupancy _occupancy;
    private int _isCancelled;

    public override bool TryRead(out ReadResult result)
    {
        Begin();
        var isThere = TryFinish(out result);
        End();
        return isThere;
    }

    /// <inheritdoc/>
    /// <exception cref="ConnectionResetException">The client has broken it off.</exception>
    /// <exception cref="ConnectionAbortedException">The server has.</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        Begin();
        var isWaiting = false;
        try
        {
            if (TryFinish(out var result) || TryReceive(out result)) return new ValueTask<ReadResult>(result);
            isWaiting = true;
        }
        finally
        {
            if (!isWaiting) End();
        }

        return WaitAsync(cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_first is null || !_occupancy.TryBegin()) return;
        var (until, index) = ((Segment)consumed.GetObject()!, consumed.GetInteger());
        _isExamined = examined.GetObject() == _last && examined.GetInteger() == _last!.Filled;
        while (_first != until) DropFirst();
        _start = index;
        if (_first == _last && _start == _first.Filled) DropFirst();
        End();
    }

    public override void CancelPendingRead()
    {
        Volatile.Write(ref _isCancelled, 1);
        _socket.Receiver.Cancel();
    }

    public override void Complete(Exception? exception = null)
    {
        if (_occupancy.Complete()) DropAll();
    }

    private void Begin()
    {
        if (!_occupancy.TryBegin()) throw new InvalidOperationException(_occupancy.IsCompleted ? "it is completed" : "a read is under way");
    }

    private void End()
    {
        if (_occupancy.End()) DropAll();
    }

    private void DropAll()
    {
        while (_first is not null) DropFirst();
    }

    private void DropFirst()
    {
        var first = _first!;
        _first = first.Following;
        if (_first is null)
        {
            _last = null;
            _isExamined = true;
        }

        _start = 0;
        _stock.GiveBack(first);
    }

    /// <summary>What can be said without looking at the socket.</summary>
    private bool TryFinish(out ReadResult result)
    {
        var isCancelled = Volatile.Read(ref _isCancelled) == 1 && Interlocked.Exchange(ref _isCancelled, 0) == 1;
        if (!isCancelled && _isExamined && !_hasEnded)
        {
            result = default;
            return false;
        }

        result = Result(isCancelled);
        return true;
    }

    private ReadResult Result(bool isCancelled = false) =>
        new(_first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_first, _start, _last!, _last!.Filled), isCancelled, _hasEnded);

    /// <summary>False: nothing is there yet.</summary>
    private bool TryReceive(out ReadResult result)
    {
        result = default;
        if (!_socket.Receiver.IsReady) return false;
        var tail = Tail();
        var read = _socket.Receiver.ReceiveNow(tail.Free);
        if (read > 0) tail.Fill(read);
        else if (_last!.Filled == 0) DropLast();
        if (read == -Libc.Again) return false;
        if (read < 0) throw Broken(SocketErrors.Exception(-read));
        if (read == 0) Finish();
        else _isExamined = false;
        result = Result();
        return true;
    }

    private Segment Tail()
    {
        if (_last is { } last && last.Free.Length >= LeastRoom) return last;
        var segment = _stock.Take();
        if (_last is null) _first = segment;
        else _last.Append(segment);
        return _last = segment;
    }

    /// <summary>Nothing came into it.</summary>
    private void DropLast()
    {
        if (_first == _last)
        {
            DropFirst();
            return;
        }

        var before = _first!;
        while (before.Following != _last) before = before.Following!;
        _stock.GiveBack(_last!);
        before.Cut();
        _last = before;
    }

    private void Finish()
    {
        _hasEnded = true;
        connection.OnEnd();
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static reader => ((SocketPipeReader)reader!)._socket.Receiver.Cancel(), this);
        try
        {
            while (true)
            {
                var waiting = _socket.Receiver.WaitAsync();
                if (Volatile.Read(ref _isCancelled) == 1 || cancellationToken.IsCancellationRequested) _socket.Receiver.Cancel(); // before it waited nobody was told
                await waiting.ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (TryFinish(out var result) || TryReceive(out result)) return result;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
        finally
        {
            End();
        }
    }

    private Exception Broken(Exception e) => e switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => connection.OnReset(e),
        ConnectionAbortedException or ConnectionResetException => e,
        _ => connection.Aborted(e),
    };
}
