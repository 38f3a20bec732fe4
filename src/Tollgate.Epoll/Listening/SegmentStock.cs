using System.Buffers;

namespace Tollgate.Epoll.Listening;

/// <summary>Takes blocks from a pool; one object is kept for the next block, because most connections have one at a time.</summary>
internal sealed class SegmentStock(MemoryPool<byte> pool)
{
    private Segment? _spare;

    /// <summary>One with room.</summary>
    /// <param name="atLeast">Bytes.</param>
    internal Segment Take(int atLeast = 1)
    {
        var segment = _spare ?? new Segment();
        _spare = null;
        if (atLeast > pool.MaxBufferSize) segment.Begin(new byte[atLeast]);
        else segment.Begin(pool.Rent(atLeast));
        return segment;
    }

    internal void GiveBack(Segment segment)
    {
        segment.End();
        _spare = segment;
    }
}
