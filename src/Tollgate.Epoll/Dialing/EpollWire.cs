using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Epoll.Dialing;

/// <summary>A connection to a provider.</summary>
internal sealed class EpollWire(LoopSocket socket) : Wire
{
    // Asked of the kernel: the loop may not have come to the event yet.
    internal override bool HasInput => socket.HasOtherSideEnded || Libc.Peek(socket.Handle) != -Libc.Again;

    internal override bool IsNear => socket.IsNear;

    internal override void ComeNear()
    {
        if (EventLoop.Current is { } here) socket.MoveTo(here);
    }

    internal override bool IsPolled => true;

    internal override bool TryAtTurnEnd(Action work) => socket.TryAtTurnEnd(work);

    internal override ValueTask<int> ReadAsync(Memory<byte> target) => socket.Receiver.ReceiveAsync(target);

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        var sending = socket.Sender.SendAsync(source);
        if (!sending.IsCompletedSuccessfully) return FinishAsync(sending, cancellationToken);
        _ = sending.Result; // taken once
        return default;
    }

    internal override int ReadNow(Memory<byte> target) => Math.Max(0, socket.Receiver.ReceiveNow(target));

    public override void Dispose() => socket.Dispose();

    private async ValueTask FinishAsync(ValueTask<int> sending, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static socket => ((LoopSocket)socket!).Sender.Cancel(), socket);
        if (await sending.ConfigureAwait(false) == -Libc.Cancelled) throw new OperationCanceledException(cancellationToken);
    }
}
