using System.Buffers;
using System.Text;

namespace Tollgate.Credentials.Aws;

/// <summary>Text as UTF-8 in rented memory, which is cleared when it is given back: session tokens go through it.</summary>
internal ref struct SignedText : IDisposable
{
    // Enough for a request without a session token.
    private const int Usual = 1024;
    private const int BytesOfCharacter = 3;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Usual);
    private int _length;

    public SignedText()
    {
    }

    /// <summary>What was added since it was cleared.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Add(scoped ReadOnlySpan<char> text) => _length += Encoding.UTF8.GetBytes(text, Room(text.Length * BytesOfCharacter));

    /// <summary>A name, a value, and the end of the line.</summary>
    public void AddLine(scoped ReadOnlySpan<char> name, scoped ReadOnlySpan<char> value)
    {
        Add(name);
        Add(value);
        Add("\n");
    }

    /// <summary>What a signing key is good for.</summary>
    public void AddScope(scoped ReadOnlySpan<char> date, string region, string service)
    {
        Add(date);
        Add("/");
        Add(region);
        Add("/");
        Add(service);
        Add("/aws4_request");
    }

    /// <summary>Small letters.</summary>
    public void AddHex(scoped ReadOnlySpan<byte> bytes)
    {
        var room = Room(bytes.Length * 2);
        Convert.TryToHexStringLower(bytes, room, out var written);
        _length += written;
    }

    /// <summary>Every segment of a path encoded once more, its percent signs included: all services but S3 count on it.</summary>
    public void AddPath(string wirePath)
    {
        if (wirePath.Length == 0) Add("/");
        var start = _length;
        Add(wirePath);
        if (!_bytes.AsSpan(start, _length - start).ContainsAnyExcept(Plain)) return;
        var encoded = Encoding.UTF8.GetBytes(wirePath);
        _length = start;
        foreach (var b in encoded)
        {
            if (Plain.Contains(b))
            {
                Room(1)[0] = b;
                _length++;
            }
            else
            {
                Room(1)[0] = (byte)'%';
                _length++;
                Convert.TryToHexString([b], Room(2), out var written);
                _length += written;
            }
        }
    }

    public override readonly string ToString() => Encoding.UTF8.GetString(Written);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = [];
    }

    private static readonly SearchValues<byte> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.~"u8);

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size) Grow(size);
        return _bytes.AsSpan(_length);
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + size, _bytes.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = larger;
    }
}
