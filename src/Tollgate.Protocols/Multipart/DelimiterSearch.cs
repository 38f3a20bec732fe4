using System.Text;

namespace Tollgate.Protocols.Multipart;

/// <summary>
/// Finds <c>CRLF "--" boundary</c> in bytes that come in chunks. The body's start counts as a line's start. Because a carriage
/// return can only be a delimiter's first byte, a match that breaks off never hides the start of another one.
/// </summary>
internal sealed class DelimiterSearch(string boundary)
{
    private readonly byte[] _delimiter = Encoding.UTF8.GetBytes("\r\n--" + boundary);

    // How much of the delimiter the bytes so far end with, and how much of that stood before the data. A line's start counts
    // as if its line break had been seen: the first delimiter may stand at the very start of the body.
    private int _matched = 2;
    private int _before = 2;
    private int _released;

    /// <summary>Length of the delimiter, its line break included.</summary>
    public int Length => _delimiter.Length;

    /// <summary>What a match that broke off had consumed: these bytes were data after all. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Released => _released == 0 ? default : _delimiter.AsSpan(_before, _released - _before);

    /// <summary>The bytes of the delimiter just found, without a line break that stood before the data.</summary>
    public ReadOnlySpan<byte> FoundBytes => _delimiter.AsSpan(_before);

    /// <summary>New data begins, at the start of a line.</summary>
    public void Restart()
    {
        _matched = _before = 2;
        _released = 0;
    }

    /// <summary>Searches a chunk, going on where the last one ended.</summary>
    /// <param name="chunk">The next bytes.</param>
    /// <param name="data">How many bytes at the chunk's start are surely data, after <see cref="Released"/>.</param>
    /// <param name="consumed">How many bytes were looked at; the chunk's length when there is no delimiter.</param>
    /// <returns>True when a delimiter ends at <paramref name="consumed"/>.</returns>
    public bool TryFind(ReadOnlySpan<byte> chunk, out int data, out int consumed)
    {
        _released = 0;
        if (_matched == 0) _before = 0;
        data = 0;
        consumed = 0;
        if (_matched > 0)
        {
            var rest = _delimiter.AsSpan(_matched);
            var same = chunk.CommonPrefixLength(rest);
            _matched += same;
            consumed = same;
            if (same == rest.Length) return Found();
            if (same == chunk.Length) return false;
            // These bytes of the chunk are among the released ones, so that the data proper begins behind them.
            _released = _matched;
            _matched = 0;
            return false;
        }

        var at = chunk.IndexOf(_delimiter);
        if (at >= 0)
        {
            data = at;
            consumed = at + _delimiter.Length;
            return Found();
        }

        _matched = MatchAtEnd(chunk);
        data = chunk.Length - _matched;
        consumed = chunk.Length;
        return false;
    }

    private bool Found()
    {
        _matched = 0;
        return true;
    }

    private int MatchAtEnd(ReadOnlySpan<byte> chunk)
    {
        var window = chunk[Math.Max(0, chunk.Length - _delimiter.Length + 1)..];
        var start = window.LastIndexOf((byte)'\r');
        return start >= 0 && _delimiter.AsSpan().StartsWith(window[start..]) ? window.Length - start : 0;
    }
}
