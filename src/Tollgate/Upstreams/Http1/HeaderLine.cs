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
        Value = Encoding.Latin1.GetString(value);
        Number = Kind == HeaderKind.ContentLength && Utf8Parser.TryParse(value, out long number, out var read) && read == value.Length && number >= 0 && value[0] != '+' ? number : null;
        Keep(line, colon);
    }

    private void Rename(ReadOnlySpan<byte> name)
    {
        if (name.IndexOfAny((byte)' ', (byte)'\t') >= 0) throw ResponseReader.Invalid("there is a blank in a header's name");
        Name = Encoding.Latin1.GetString(name);
        Kind = Name.Length switch
        {
            10 when Name.Equals("connection", StringComparison.OrdinalIgnoreCase) => HeaderKind.Connection,
            14 when Name.Equals("content-length", StringComparison.OrdinalIgnoreCase) => HeaderKind.ContentLength,
            17 when Name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase) => HeaderKind.TransferEncoding,
            _ => HeaderKind.Other,
        };
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
