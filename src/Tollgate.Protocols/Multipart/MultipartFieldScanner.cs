using System.Text;
using System.Text.Unicode;

namespace Tollgate.Protocols.Multipart;

/// <summary>
/// Watches a <c>multipart/form-data</c> body go by, in chunks of any size, and picks out one short field (RFC 2046 section 5.1,
/// RFC 7578). Nothing but the headers of the current part and the field's value is kept; files are searched for the
/// delimiter with vectors, not read.
/// </summary>
/// <remarks>
/// A delimiter look-alike, which goes on after the boundary with anything but blanks and a line break or <c>--</c>, is data. A
/// bare line feed is accepted at the end of a delimiter or header line, but not before a delimiter.
/// </remarks>
public sealed class MultipartFieldScanner
{
    private const int MaxBoundary = 128;
    private const int MaxPreamble = 16 * 1024;
    private const int MaxValue = 1024;
    private const int MaxPadding = 128;

    private readonly string _fieldName;
    private readonly DelimiterSearch _search;
    private readonly PartHeaders _headers = new();
    private readonly byte[] _value = new byte[MaxValue];
    private readonly byte[] _tail = new byte[MaxPadding];
    private int _valueLength;
    private int _tailLength;
    private int _preambleLength;
    private long _offset;
    private Where _where = Where.Preamble;
    private Where _whereBeforeDelimiter;

    private enum Where
    {
        Preamble,
        Headers,
        OtherPart,
        Field,
        DelimiterLine,
        End,
    }

    /// <summary>A scanner for one body.</summary>
    /// <param name="boundary">From <see cref="TryGetBoundary"/>.</param>
    /// <param name="fieldName">The field to look for.</param>
    public MultipartFieldScanner(string boundary, string fieldName = "model")
    {
        _fieldName = fieldName;
        _search = new DelimiterSearch(boundary);
    }

    /// <summary>True once the field's value is complete.</summary>
    public bool Found { get; private set; }

    /// <summary>The field's value; null until it is complete.</summary>
    public string? Value { get; private set; }

    /// <summary>Offset of the value's first byte, counted from the start of the body.</summary>
    public long ValueStart { get; private set; }

    /// <summary>Offset just behind the value's last byte; the line break before the next boundary is not part of it.</summary>
    public long ValueEnd { get; private set; }

    /// <summary>True once the closing boundary has come.</summary>
    public bool Completed { get; private set; }

    /// <summary>
    /// True when the body breaks the grammar, exceeds a limit (16 KB before the first boundary or of headers in a part, 1 KB of
    /// value), has a value that is not UTF-8, or has the field twice. Later bytes are not looked at.
    /// </summary>
    public bool Malformed { get; private set; }

    /// <summary>Reads the boundary from a <c>Content-Type</c> value.</summary>
    /// <param name="contentType">Such as <c>multipart/form-data; boundary="x"</c>; the type and the parameter in any case.</param>
    /// <param name="boundary">The boundary, without quotes; empty when there is none.</param>
    /// <returns>False when it is not form data, or has no boundary of 1 to 128 printable ASCII characters.</returns>
    public static bool TryGetBoundary(string? contentType, out string boundary)
    {
        boundary = "";
        var parameters = new HeaderParameters(contentType);
        if (!parameters.Head.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)) return false;
        while (parameters.MoveNext())
        {
            if (!parameters.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase)) continue;
            var value = parameters.Value;
            // Two boundaries: the provider may go by the other one.
            if (boundary.Length > 0 || value.Length is 0 or > MaxBoundary || value.ContainsAnyExceptInRange(' ', '~') || value[^1] == ' ')
            {
                boundary = "";
                return false;
            }

            boundary = value.ToString();
        }

        return boundary.Length > 0;
    }

    /// <summary>Takes the next bytes of the body.</summary>
    public void Advance(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty && !Malformed && _where != Where.End)
        {
            var taken = _where switch
            {
                Where.Headers => TakeHeaders(chunk),
                Where.DelimiterLine => TakeDelimiterLine(chunk),
                _ => TakeData(chunk),
            };
            _offset += taken;
            chunk = chunk[taken..];
        }

        _offset += chunk.Length;
    }

    private int TakeData(ReadOnlySpan<byte> chunk)
    {
        var found = _search.TryFind(chunk, out var data, out var consumed);
        Keep(_search.Released);
        Keep(chunk[..data]);
        if (!found) return consumed;
        if (_where == Where.Field) ValueEnd = Math.Max(ValueStart, _offset + consumed - _search.Length);
        _whereBeforeDelimiter = _where;
        _where = Where.DelimiterLine;
        _tailLength = 0;
        return consumed;
    }

    /// <summary>Data of a file needs no keeping, but a field's value does, and the preamble is limited.</summary>
    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_where == Where.Preamble)
        {
            _preambleLength += data.Length;
            Malformed |= _preambleLength > MaxPreamble;
        }
        else if (_where == Where.Field)
        {
            if (_valueLength + data.Length > MaxValue)
            {
                Malformed = true;
                return;
            }

            data.CopyTo(_value.AsSpan(_valueLength));
            _valueLength += data.Length;
        }
    }

    /// <summary>What follows a boundary: two hyphens close the body, blanks and a line break begin a part, all else is data.</summary>
    private int TakeDelimiterLine(ReadOnlySpan<byte> chunk)
    {
        var b = chunk[0];
        var last = _tailLength == 0 ? (byte)0 : _tail[_tailLength - 1];
        if (b == '\n' && last != '-')
        {
            EndPart(Where.Headers);
            return 1;
        }

        if (b == '-' && last == '-')
        {
            Completed = true;
            EndPart(Where.End);
            return 1;
        }

        var goesOn = last is not ((byte)'-' or (byte)'\r') && (b is (byte)' ' or (byte)'\t' or (byte)'\r' || (b == '-' && _tailLength == 0));
        if (!goesOn)
        {
            _where = _whereBeforeDelimiter;
            Keep(_search.FoundBytes);
            Keep(_tail.AsSpan(0, _tailLength));
            return 0;
        }

        if (_tailLength == MaxPadding)
        {
            Malformed = true;
            return 0;
        }

        _tail[_tailLength++] = b;
        return 1;
    }

    private void EndPart(Where next)
    {
        _where = next;
        _headers.Reset();
        if (_whereBeforeDelimiter != Where.Field) return;
        var value = _value.AsSpan(0, _valueLength);
        Malformed = !Utf8.IsValid(value);
        if (Malformed) return;
        Value = Encoding.UTF8.GetString(value);
        Found = true;
    }

    private int TakeHeaders(ReadOnlySpan<byte> chunk)
    {
        var taken = _headers.Take(chunk);
        if (taken < 0)
        {
            Malformed = true;
            return 0;
        }

        if (_headers.Complete) BeginPart(_headers.Classify(_fieldName), _offset + taken);
        return taken;
    }

    private void BeginPart(PartKind kind, long start)
    {
        Malformed = kind == PartKind.Malformed || (kind == PartKind.Field && Found);
        _search.Restart();
        _where = kind == PartKind.Field ? Where.Field : Where.OtherPart;
        if (kind == PartKind.Field && !Malformed) ValueStart = ValueEnd = start;
    }
}
