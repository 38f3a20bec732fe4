using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Tollgate.Redis.Resp;

/// <summary>Writes a command the way that servers take it: an array of bulk strings.</summary>
internal ref struct CommandWriter(Span<byte> initial)
{
    private const int LongestNumber = 20;

    private Span<byte> _buffer = initial;
    private byte[]? _rented;
    private int _length;

    /// <summary>Begins a command of so many texts, its name included.</summary>
    internal void Begin(int texts) => Head((byte)'*', texts);

    internal void Text(scoped ReadOnlySpan<byte> text)
    {
        Head((byte)'$', text.Length);
        var room = Room(text.Length + 2);
        text.CopyTo(room);
        "\r\n"u8.CopyTo(room[text.Length..]);
        _length += text.Length + 2;
    }

    internal void Text(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        Head((byte)'$', size);
        var room = Room(size + 2);
        Encoding.UTF8.GetBytes(text, room);
        "\r\n"u8.CopyTo(room[size..]);
        _length += size + 2;
    }

    internal void Number(long number)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, digits, out var written);
        Text(digits[..written]);
    }

    /// <summary>Bytes that are in the wire's form already.</summary>
    internal void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>What was written so far.</summary>
    internal readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    /// <summary>What was written. The writer is empty then.</summary>
    internal byte[] ToArrayAndFree()
    {
        var bytes = Written.ToArray();
        Free();
        return bytes;
    }

    /// <summary>Empties it.</summary>
    internal void Free()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        this = default;
    }

    private void Head(byte kind, int number)
    {
        var room = Room(LongestNumber + 3);
        room[0] = kind;
        Utf8Formatter.TryFormat(number, room[1..], out var written);
        "\r\n"u8.CopyTo(room[(written + 1)..]);
        _length += written + 3;
    }

    private Span<byte> Room(int size)
    {
        if (_buffer.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
            _buffer[.._length].CopyTo(larger);
            if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
            _buffer = _rented = larger;
        }

        return _buffer[_length..];
    }
}
