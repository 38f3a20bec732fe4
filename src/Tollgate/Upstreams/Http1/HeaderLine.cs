using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Tollgate.Upstreams.Http1;

/// <summary>Headers that say something about the connection.</summary>
internal enum HeaderKind
{
    /// <summary>None of them.</summary>
    Other,

    /// <summary><c>content-length</c>.</summary>
    ContentLength,

    /// <summary><c>transfer-encoding</c>.</summary>
    TransferEncoding,

    /// <summary><c>connection</c>.</summary>
    Connection,
}

/// <summary>One line of a head, and what was read from it the last time.</summary>
internal sealed class HeaderLine
{
    private const int LongestKept = 512;

    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c != '\t').Select(c => (char)c), '\x7f']);

    private byte[] _bytes = [];
    private int _length = -1;
    private int _nameLength;

    internal string Name { get; private set; } = "";

    internal string Value { get; private set; } = "";

    internal HeaderKind Kind { get; private set; }

    /// <summary>The value of a length; null: it is none.</summary>
    internal long? Number { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <exception cref="HttpRequestException">It is no header.</exception>
    internal void Read(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual(_bytes.AsSpan(0, Math.Max(_length, 0)))) return;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[0] is (byte)' ' or (byte)'\t' || line.IndexOfAny((byte)'\0', (byte)'\r') >= 0) throw ResponseReader.Invalid("a header has no name, or a character that may not be there");
        var name = line[..colon];
        if (_length < 0 || !name.SequenceEqual(_bytes.AsSpan(0, _nameLength))) Rename(name);
        var value = line[(colon + 1)..].Trim(" \t"u8);
        Value = Blanked(Encoding.Latin1.GetString(value));
        Number = Kind == HeaderKind.ContentLength && LengthOf(value) is var number and >= 0 ? number : null;
        Keep(line, colon);
    }

    private void Rename(ReadOnlySpan<byte> name)
    {
        if (name.ContainsAnyExcept(TokenBytes)) throw ResponseReader.Invalid("there is a character in a header's name that may not be there");
        Name = Encoding.Latin1.GetString(name);
        Kind = Name.Length switch
        {
            10 when Name.Equals("connection", StringComparison.OrdinalIgnoreCase) => HeaderKind.Connection,
            14 when Name.Equals("content-length", StringComparison.OrdinalIgnoreCase) => HeaderKind.ContentLength,
            17 when Name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase) => HeaderKind.TransferEncoding,
            _ => HeaderKind.Other,
        };
    }

    /// <summary>Digits alone (RFC 9110, 8.6): no sign. Below 0: it is no length.</summary>
    private static long LengthOf(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(value, out long number, out _) ? number : -1;

    /// <summary>Control characters mean nothing in a value, and servers refuse to write them (RFC 9110, 5.5).</summary>
    private static string Blanked(string value)
    {
        if (!value.AsSpan().ContainsAny(Controls)) return value;
        return string.Create(value.Length, value, static (target, source) =>
        {
            source.CopyTo(target);
            target.ReplaceAny(Controls, ' ');
        });
    }

    private void Keep(ReadOnlySpan<byte> line, int nameLength)
    {
        _length = -1; // what is not kept is read anew
        if (line.Length > LongestKept) return;
        if (_bytes.Length < line.Length) _bytes = new byte[Math.Min(LongestKept, line.Length + 16)];
        line.CopyTo(_bytes);
        (_length, _nameLength) = (line.Length, nameLength);
    }
}
