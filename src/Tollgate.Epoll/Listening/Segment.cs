using System.Buffers;

namespace Tollgate.Epoll.Listening;

/// <summary>A block of memory in the chain of what was received or is to be sent.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    private IMemoryOwner<byte>? _owner;

    /// <summary>Bytes that hold something.</summary>
    internal int Filled { get; private set; }

    internal Memory<byte> Free => _whole[Filled..];

    private Memory<byte> _whole;

    /// <summary>Takes a block.</summary>
    internal void Begin(IMemoryOwner<byte> owner) => (_owner, _whole, Filled) = (owner, owner.Memory, 0);

    /// <summary>Takes memory that no pool wants back.</summary>
    internal void Begin(byte[] memory) => (_owner, _whole, Filled) = (null, memory, 0);

    internal void Fill(int count)
    {
        Filled += count;
        Memory = _whole[..Filled];
    }

    /// <summary>Hangs the next one behind it.</summary>
    internal void Append(Segment next)
    {
        next.RunningIndex = RunningIndex + Filled;
        Next = next;
    }

    internal Segment? Following => (Segment?)Next;

    /// <summary>Nothing hangs behind it any more.</summary>
    internal void Cut() => Next = null;

    /// <summary>Gives the memory back.</summary>
    internal void End()
    {
        _owner?.Dispose();
        (_owner, _whole, Filled, Memory, Next, RunningIndex) = (null, default, 0, default, null, 0);
    }
}
