using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Sockets;

/// <summary>What a socket receives.</summary>
internal sealed class Receiver(LoopSocket socket) : Direction
{
    // Then others have their turn: two fast sides could keep a loop for themselves.
    private const int MostAtOnce = 64;

    private Memory<byte> _target;
    private int _streak;

    /// <summary>Waits for bytes. 0: the other side has ended, or nothing was asked for and something may be there.</summary>
    internal ValueTask<int> ReceiveAsync(Memory<byte> target)
    {
        _target = target;
        return RunAsync();
    }

    /// <summary>What is there. Below 0: the error, negated; <see cref="Libc.Again"/>: nothing.</summary>
    internal int ReceiveNow(Memory<byte> target)
    {
        _target = target;
        return TryNow();
    }

    protected override void OnEvent() => _streak = 0;

    protected override bool IsOthersTurn()
    {
        if (++_streak <= MostAtOnce || !socket.IsNear) return false;
        _streak = 0;
        socket.Loop.Later(this);
        return true;
    }

    protected override void Clear() => _target = default;

    protected override int Try() => _target.IsEmpty ? 0 : Libc.Receive(socket.Handle, _target.Span);

    // With less than was asked for all is taken (epoll(7), questions, 9); but an end that came with it is not told again.
    protected override bool MayHaveMore(int result) => result <= 0 || result == _target.Length || socket.HasOtherSideEnded;
}
