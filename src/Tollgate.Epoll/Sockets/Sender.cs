using System.Net.Sockets;
using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Sockets;

/// <summary>
/// What a socket sends. What is small goes when its loop has gone on with all events of the turn: sent one after the other, many answers wake those who wait for
/// them once, and not each of them anew. See <c>docs/adr/0013-small-sends-at-the-end-of-a-turn.md</c>.
/// </summary>
internal sealed class Sender : Direction
{
    private readonly LoopSocket _socket;
    private readonly PutOffBytes _putOff;
    private readonly Action _sendPutOff;
    private ReadOnlyMemory<byte> _source;
    private bool _hasMore;

    internal Sender(LoopSocket socket)
    {
        (_socket, _putOff) = (socket, new PutOffBytes(socket.Handle));
        _sendPutOff = () => _putOff.Send();
    }

    /// <summary>What of the last one was not taken by the kernel, after an error or a cancellation.</summary>
    internal int Left => _source.Length;

    /// <summary>Sends all of it. 0: done, or put off to the end of the turn; an error of that is met by the next one.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="isMoreToCome">True: more is sent right after it, so that it need not go out yet.</param>
    internal ValueTask<int> SendAsync(ReadOnlyMemory<byte> source, bool isMoreToCome = false)
    {
        if (!isMoreToCome && TryPutOff(source.Span)) return default;
        (_source, _hasMore) = (source, isMoreToCome);
        return RunAsync();
    }

    /// <summary>Waits until the kernel has what was put off: not longer than this, for the other side may never read.</summary>
    internal async ValueTask FinishAsync(TimeSpan patience)
    {
        if (IsWaitedFor || _putOff.Send() != -Libc.Again) return; // one waits at a time, and whoever does has it sent
        try
        {
            (_source, _hasMore) = (default, false);
            var sending = RunAsync();
            using var late = new CancellationTokenSource(patience);
            using var registration = late.Token.UnsafeRegister(static sender => ((Sender)sender!).Cancel(), this); // before it waited nobody was told
            await sending.ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody reads any more.
        }
    }

    /// <summary>Before it is closed.</summary>
    /// <param name="isBrokenOff">True: what was put off is not sent any more.</param>
    internal void End(bool isBrokenOff)
    {
        if (isBrokenOff) _putOff.Drop();
        else _putOff.Send();
    }

    protected override void OnEvent()
    {
        if (!_putOff.IsEmpty) _putOff.Send();
    }

    protected override void Clear() => _source = default;

    protected override int Try()
    {
        if (_putOff.Send() is < 0 and var refused) return refused;
        while (!_source.IsEmpty)
        {
            var sent = Libc.Send(_socket.Handle, _source.Span, _hasMore);
            if (sent < 0) return sent;
            _source = _source[sent..];
        }

        return 0;
    }

    // As long as the kernel has not refused anything it tells nothing.
    protected override bool MayHaveMore(int result) => true;

    private bool TryPutOff(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > PutOffBytes.Most || IsClosed || !_socket.Loop.IsLedHere || !_putOff.TryAdd(bytes, out var isFirst)) return false;
        if (isFirst && !_socket.TryAtTurnEnd(_sendPutOff)) _putOff.Send(); // somebody else leads the loop by now
        return true;
    }
}
