using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;
using Tollgate.Reuse;

namespace Tollgate.Epoll.Listening;

/// <summary>What goes to a client: sent where it is flushed, by the thread that flushes it.</summary>
internal sealed class SocketPipeWriter(LoopSocket socket, MemoryPool<byte> pool, EpollConnection connection) : PipeWriter
{
    private readonly LoopSocket _socket = socket;
    private readonly SegmentStock _stock = new(pool);
    private Segment? _first;
    private Segment? _last;
    private int _sent;
    private long _unflushed;
    private bool _isBroken;
    private Occupancy _occupancy;
    private int _isCancelled;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_occupancy.IsCompleted) throw new InvalidOperationException("it is completed");
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var least = Math.Max(1, sizeHint);
        if (_last is { } last && last.Free.Length >= least) return last.Free;
        var segment = _stock.Take(least);
        if (_last is null) _first = segment;
        else _last.Append(segment);
        _last = segment;
        return segment.Free;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes == 0) return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_last?.Free.Length ?? 0), nameof(bytes));
        _last!.Fill(bytes);
        _unflushed += bytes;
    }

    /// <inheritdoc/>
    /// <remarks>A broken connection is no exception: the result says that nobody reads any more.</remarks>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        if (!_occupancy.TryBegin())
        {
            if (!_occupancy.IsCompleted) throw new InvalidOperationException("a flush is under way");
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
        }

        _unflushed = 0;
        while (_first is { } first && !_isBroken && Volatile.Read(ref _isCancelled) == 0)
        {
            var sending = SendFirst(first);
            if (!sending.IsCompletedSuccessfully) return FinishAsync(sending, first, cancellationToken);
            Sent(first, sending.Result); // taken once
        }

        return new ValueTask<FlushResult>(Finish());
    }

    public override void CancelPendingFlush()
    {
        Volatile.Write(ref _isCancelled, 1);
        _socket.Sender.Cancel();
    }

    public override void Complete(Exception? exception = null)
    {
        if (_occupancy.Complete()) DropAll();
    }

    private ValueTask<int> SendFirst(Segment first) => _socket.Sender.SendAsync(first.Memory[_sent..], isMoreToCome: first.Following is not null);

    private void Sent(Segment first, int result)
    {
        if (result == -Libc.Cancelled)
        {
            _sent = first.Filled - _socket.Sender.Left;
            return;
        }

        _first = first.Following;
        if (_first is null) _last = null;
        _sent = 0;
        _stock.GiveBack(first);
    }

    private FlushResult Finish()
    {
        if (_isBroken) DropAll();
        if (_occupancy.End()) DropAll();
        var isCancelled = Volatile.Read(ref _isCancelled) == 1 && Interlocked.Exchange(ref _isCancelled, 0) == 1;
        return new FlushResult(isCancelled, _isBroken);
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<FlushResult> FinishAsync(ValueTask<int> sending, Segment first, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static writer => ((SocketPipeWriter)writer!)._socket.Sender.Cancel(), this);
        try
        {
            for (var next = first; ; sending = SendFirst(next))
            {
                if (IsToEnd(cancellationToken)) _socket.Sender.Cancel(); // before it waited nobody was told
                Sent(next, await sending.ConfigureAwait(false));
                if (_first is null || IsToEnd(cancellationToken)) break;
                next = _first;
            }

            if (_first is not null) cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _isBroken = true;
            connection.OnBroken();
        }
        catch (OperationCanceledException)
        {
            Finish();
            throw;
        }

        return Finish();
    }

    private bool IsToEnd(CancellationToken cancellationToken) => Volatile.Read(ref _isCancelled) == 1 || cancellationToken.IsCancellationRequested;

    private void DropAll()
    {
        while (_first is { } first)
        {
            _first = first.Following;
            _stock.GiveBack(first);
        }

        (_last, _sent) = (null, 0);
    }
}
