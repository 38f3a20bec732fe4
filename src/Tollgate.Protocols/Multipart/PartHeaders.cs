using System.Text;

namespace Tollgate.Protocols.Multipart;

/// <summary>What the headers of a part say about the field that is looked for.</summary>
internal enum PartKind
{
    /// <summary>Another field or a file.</summary>
    Other,

    /// <summary>The field.</summary>
    Field,

    /// <summary>Headers that break the grammar, or that two readers could understand differently.</summary>
    Malformed,
}

/// <summary>Collects the header lines of one part and reads its field name.</summary>
internal sealed class PartHeaders
{
    /// <summary>Bytes that the headers of one part may take.</summary>
    public const int MaxLength = 16 * 1024;

    private byte[] _bytes = new byte[512];
    private int _length;
    private int _lineStart;

    /// <summary>True once the empty line behind the headers has come.</summary>
    public bool Complete { get; private set; }

    /// <summary>Makes ready for the next part.</summary>
    public void Reset()
    {
        _length = _lineStart = 0;
        Complete = false;
    }

    /// <summary>Takes bytes up to a line's end or the chunk's.</summary>
    /// <returns>Bytes taken, or -1 when the headers are too long.</returns>
    public int Take(ReadOnlySpan<byte> chunk)
    {
        var lineEnd = chunk.IndexOf((byte)'\n');
        var taken = lineEnd < 0 ? chunk.Length : lineEnd + 1;
        if (_length + taken > MaxLength) return -1;
        if (_length + taken > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_length + taken, 2 * _bytes.Length));
        chunk[..taken].CopyTo(_bytes.AsSpan(_length));
        _length += taken;
        if (lineEnd < 0) return taken;
        Complete = _bytes.AsSpan(_lineStart, _length - _lineStart).TrimEnd("\r\n"u8).IsEmpty;
        _lineStart = _length;
        return taken;
    }

    /// <summary>Reads the field name from <c>Content-Disposition</c>.</summary>
    public PartKind Classify(string fieldName)
    {
        Unfold(_bytes.AsSpan(0, _length));
        string? disposition = null;
        var headers = Encoding.UTF8.GetString(_bytes, 0, _length).AsSpan();
        foreach (var range in headers.Split('\n'))
        {
            var line = headers[range].TrimEnd('\r');
            if (line.IsEmpty) continue;
            var colon = line.IndexOf(':');
            if (colon <= 0) return PartKind.Malformed;
            if (!line[..colon].Trim().Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase)) continue;
            if (disposition is not null) return PartKind.Malformed;
            disposition = line[(colon + 1)..].ToString();
        }

        return disposition is null ? PartKind.Other : ClassifyDisposition(disposition, fieldName);
    }

    private static PartKind ClassifyDisposition(string disposition, string fieldName)
    {
        var parameters = new HeaderParameters(disposition);
        var named = 0;
        var matching = 0;
        while (parameters.MoveNext())
        {
            var plain = parameters.Name.Equals("name", StringComparison.OrdinalIgnoreCase);
            if (!plain && !parameters.Name.Equals("name*", StringComparison.OrdinalIgnoreCase)) continue;
            named++;
            var name = plain ? parameters.Value : HeaderParameters.DecodeExtended(parameters.Value);
            if (name.SequenceEqual(fieldName)) matching++;
        }

        if (matching == 0) return PartKind.Other;
        // Two names that differ: the provider may take the other one for the field's.
        return matching == named ? PartKind.Field : PartKind.Malformed;
    }

    /// <summary>Joins continued lines, which begin with white space, by turning the line ends before them into blanks.</summary>
    private static void Unfold(Span<byte> headers)
    {
        for (var i = 0; i + 1 < headers.Length; i++)
        {
            if (headers[i] != '\n' || headers[i + 1] is not ((byte)' ' or (byte)'\t')) continue;
            headers[i] = (byte)' ';
            if (i > 0 && headers[i - 1] == '\r') headers[i - 1] = (byte)' ';
        }
    }
}
