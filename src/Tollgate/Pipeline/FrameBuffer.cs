using System.Buffers;

namespace Tollgate.Pipeline;

/// <summary>Bytes that were read and not yet consumed, in one pooled array that grows with the longest frame.</summary>
internal sealed class FrameBuffer(int initial, int limit) : IBufferWriter<byte>, IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(initial);
    private int _start;
    private int _end;

    internal ReadOnlySpan<byte> Unread => _array.AsSpan(_start, _end - _start);

    /// <summary>True when no more fits: a single frame is longer than the limit.</summary>
    internal bool IsFull => _end - _start >= limit;

    internal void Consume(int count)
    {
        _start += count;
        if (_start == _end) _start = _end = 0;
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        var array = _array;
        _array = [];
        _start = _end = 0;
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
    }

    private void Reserve(int size)
    {
        if (_array.Length - _end >= size) return;
        var unread = _end - _start;
        if (_start > 0 && _array.Length - unread >= Math.Max(size, _array.Length / 4))
        {
            _array.AsSpan(_start, unread).CopyTo(_array);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(unread + size, _array.Length * 2));
            _array.AsSpan(_start, unread).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }

        _start = 0;
        _end = unread;
    }
}
