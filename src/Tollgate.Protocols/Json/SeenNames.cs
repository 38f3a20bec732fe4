using System.Buffers;
using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>
/// The top-level names of one body so far, to find one that comes twice. Works in the caller's scratch space and rents only
/// for bodies with more members than requests have.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct SeenNames(ReadOnlySpan<byte> body, Span<int> scratch)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private Span<int> _hashes = scratch[..(scratch.Length / 2)];
    private Span<int> _starts = scratch[(scratch.Length / 2)..];
    private int[]? _rented;

    /// <summary>How many names there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the name whose inside is given; false when it was there before.</summary>
    /// <param name="inner">The name between its quotes, escaped as it stands.</param>
    /// <param name="start">Offset of its opening quote.</param>
    /// <param name="names">Names to look for.</param>
    /// <param name="index">Which of them it is, or -1.</param>
    public bool TryAdd(ReadOnlySpan<byte> inner, int start, JsonNames names, out int index)
    {
        if (!inner.Contains((byte)'\\')) return TryAddUnescaped(inner, start, names, out index);
        var scratch = ArrayPool<byte>.Shared.Rent(inner.Length);
        var length = JsonText.Unescape(inner, scratch, out _);
        var added = TryAddUnescaped(scratch.AsSpan(0, length), start, names, out index);
        ArrayPool<byte>.Shared.Return(scratch);
        return added;
    }

    /// <summary>Gives back what was rented.</summary>
    public readonly void Dispose()
    {
        if (_rented is not null) ArrayPool<int>.Shared.Return(_rented);
    }

    private bool TryAddUnescaped(ReadOnlySpan<byte> name, int start, JsonNames names, out int index)
    {
        index = names.Find(name);
        // HashCode is seeded by chance in each process, so nobody can prepare a body whose names all collide.
        var hashing = new HashCode();
        hashing.AddBytes(name);
        var hash = hashing.ToHashCode();
        for (var from = 0; ;)
        {
            var hit = _hashes[from..Count].IndexOf(hash);
            if (hit < 0) break;
            if (IsNameAt(_starts[from + hit], name)) return false;
            from += hit + 1;
        }

        if (Count == _hashes.Length) Grow();
        _hashes[Count] = hash;
        _starts[Count++] = start;
        return true;
    }

    private readonly bool IsNameAt(int start, ReadOnlySpan<byte> name)
    {
        var cursor = new JsonCursor(_body, start);
        cursor.SkipString();
        var inner = _body[(start + 1)..(cursor.Position - 1)];
        if (!inner.Contains((byte)'\\')) return inner.SequenceEqual(name);
        var scratch = ArrayPool<byte>.Shared.Rent(inner.Length);
        var same = scratch.AsSpan(0, JsonText.Unescape(inner, scratch, out _)).SequenceEqual(name);
        ArrayPool<byte>.Shared.Return(scratch);
        return same;
    }

    private void Grow()
    {
        _rented = ArrayPool<int>.Shared.Rent(2 * JsonHead.MaxMembers);
        _hashes.CopyTo(_rented);
        _starts.CopyTo(_rented.AsSpan(JsonHead.MaxMembers));
        _hashes = _rented.AsSpan(0, JsonHead.MaxMembers);
        _starts = _rented.AsSpan(JsonHead.MaxMembers, JsonHead.MaxMembers);
    }
}
