using System.Buffers;

namespace Tollgate.Protocols.Usage;

/// <summary>
/// What is kept of a unary answer that streams by: all of it up to a limit, else its head and its tail, in pooled memory.
/// </summary>
/// <param name="headBytes">Bytes kept from the beginning of a long answer.</param>
/// <param name="tailBytes">Bytes kept from the end of a long answer.</param>
/// <param name="wholeBytes">Up to this length an answer is kept whole; at least head and tail together.</param>
public sealed class UnaryWindow(int headBytes = 4096, int tailBytes = 16384, int wholeBytes = 65536) : IDisposable
{
    private const int FirstRent = 4096;

    // Whole: the answer is _buffer[.._used]. Else: the head is _buffer[.._head], the last bytes end at _used, and there is room
    // for twice the tail behind the head, so that each byte is moved down at most once.
    private readonly int _head = headBytes;
    private readonly int _tail = tailBytes;
    private readonly int _whole = Math.Max(wholeBytes, checked(headBytes + tailBytes));
    private readonly int _capacity = Math.Max(Math.Max(wholeBytes, FirstRent), checked(headBytes + (2 * tailBytes)));
    private byte[] _buffer = [];
    private int _used;

    /// <summary>True while nothing was left out.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Bytes of the answer so far, those not kept included.</summary>
    public long Length { get; private set; }

    /// <summary>The first bytes.</summary>
    public ReadOnlySpan<byte> Head => _buffer.AsSpan(0, Math.Min(_head, _used));

    /// <summary>The last bytes; the whole answer if <see cref="IsWhole"/>.</summary>
    public ReadOnlySpan<byte> Tail => IsWhole ? _buffer.AsSpan(0, _used) : _buffer.AsSpan(_used - _tail, _tail);

    /// <summary>Takes the next bytes of the answer.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (IsWhole)
        {
            if (Length <= _whole)
            {
                Grow((int)Length);
                bytes.CopyTo(_buffer.AsSpan(_used));
                _used = (int)Length;
                return;
            }

            bytes = LetGo(bytes);
        }

        AppendTail(bytes);
    }

    /// <summary>Forgets the answer and gives its memory back; the window can be used again.</summary>
    public void Reset()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _used = 0;
        Length = 0;
        IsWhole = true;
    }

    /// <inheritdoc/>
    public void Dispose() => Reset();

    /// <summary>Goes over from whole to head and tail; returns the bytes that are left after the head is complete.</summary>
    private ReadOnlySpan<byte> LetGo(ReadOnlySpan<byte> bytes)
    {
        IsWhole = false;
        Grow(_capacity);
        if (_used < _head)
        {
            var missing = _head - _used;
            bytes[..missing].CopyTo(_buffer.AsSpan(_used));
            _used = _head;
            return bytes[missing..];
        }

        KeepLast(Math.Min(_tail, _used - _head));
        return bytes;
    }

    private void AppendTail(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= _tail)
        {
            bytes = bytes[^_tail..];
            _used = _head;
        }
        else if (_used + bytes.Length > _capacity)
        {
            KeepLast(_tail);
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Moves the last bytes down to the end of the head.</summary>
    private void KeepLast(int count)
    {
        _buffer.AsSpan(_used - count, count).CopyTo(_buffer.AsSpan(_head));
        _used = _head + count;
    }

    private void Grow(int needed)
    {
        if (needed <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_capacity, Math.Max(needed, Math.Max(FirstRent, _buffer.Length * 2))));
        _buffer.AsSpan(0, _used).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
