using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Sockets;

/// <summary>What a socket sends.</summary>
internal sealed class Sender(LoopSocket socket) : Direction
{
    private ReadOnlyMemory<byte> _source;
    private bool _hasMore;

    /// <summary>What of the last one was not taken by the kernel, after an error or a cancellation.</summary>
    internal int Left => _source.Length;

    /// <summary>Sends all of it. 0: done.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="isMoreToCome">True: more is sent right after it, so that it need not go out yet.</param>
    internal ValueTask<int> SendAsync(ReadOnlyMemory<byte> source, bool isMoreToCome = false)
    {
        (_source, _hasMore) = (source, isMoreToCome);
        return RunAsync();
    }

    protected override void Clear() => _source = default;

    protected override int Try()
    {
        while (!_source.IsEmpty)
        {
            var sent = Libc.Send(socket.Handle, _source.Span, _hasMore);
            if (sent < 0) return sent;
            _source = _source[sent..];
        }

        return 0;
    }

    // As long as the kernel has not refused anything it tells nothing.
    protected override bool MayHaveMore(int result) => true;
}
