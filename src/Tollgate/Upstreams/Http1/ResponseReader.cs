using System.Text;

namespace Tollgate.Upstreams.Http1;

/// <summary>How the end of a body is known (RFC 9112, 6.3).</summary>
internal enum BodyFraming
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It has a length.</summary>
    Length,

    /// <summary>It comes in chunks.</summary>
    Chunked,

    /// <summary>It ends with the connection.</summary>
    Close,

    /// <summary>From here on the connection is another protocol's.</summary>
    Upgraded,
}

/// <summary>What the head of an answer says.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Framing">How the body ends.</param>
/// <param name="Length">Its length, where it has one.</param>
/// <param name="KeepsAlive">True when another request may follow on the connection.</param>
internal readonly record struct Head(int Status, BodyFraming Framing, long Length, bool KeepsAlive);

/// <summary>
/// Reads heads of answers. Those of a connection are alike, so a line that is the same as at the same place of the one before is not read
/// anew: its texts are used again.
/// </summary>
internal sealed class ResponseReader
{
    /// <summary>Most bytes that a head may have.</summary>
    internal const int Largest = 128 * 1024;

    private const int MostInformational = 16;
    private const int MostKeptLines = 64;

    private readonly List<HeaderLine> _lines = [];
    private int _informational;

    /// <summary>Reads a head, passing over those that only inform. False: it is not whole yet.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="method">The request's.</param>
    /// <param name="mayUpgrade">True when the request asked for another protocol.</param>
    /// <param name="headers">Filled.</param>
    /// <param name="head">What it says.</param>
    /// <param name="consumed">How much of <paramref name="bytes"/> is read, also when it is not whole yet.</param>
    /// <exception cref="HttpRequestException">It is no head of HTTP/1, or one whose body could end in two ways.</exception>
    internal bool TryRead(ReadOnlySpan<byte> bytes, HttpMethod method, bool mayUpgrade, HeaderList headers, out Head head, out int consumed)
    {
        consumed = 0;
        while (TryReadOne(bytes[consumed..], method, headers, out head, out var length))
        {
            consumed += length;
            if (head.Status == 101 && mayUpgrade)
            {
                head = head with { Framing = BodyFraming.Upgraded, KeepsAlive = false };
                return true;
            }

            if (head.Status >= 200) return true;
            if (head.Status == 101 || ++_informational > MostInformational) throw Invalid("it goes on to another protocol, or never comes to its answer");
            headers.Clear();
        }

        return false;
    }

    /// <summary>For the next request.</summary>
    internal void Reset() => _informational = 0;

    /// <summary>The status of an answer that has only begun, behind what only informs; 0: not enough has come.</summary>
    internal static int StatusOf(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 13)
        {
            var status = ReadStatus(bytes[..13].TrimEnd("\r\n"u8), out _);
            if (status >= 200 || status == 101) return status;
            if (!HasWholeHead(bytes)) return 0;
            var length = 0;
            while (!NextLine(bytes, ref length).IsEmpty) continue;
            bytes = bytes[length..];
        }

        return 0;
    }

    private bool TryReadOne(ReadOnlySpan<byte> bytes, HttpMethod method, HeaderList headers, out Head head, out int length)
    {
        head = default;
        length = 0;
        if (!HasWholeHead(bytes)) return bytes.Length >= Largest ? throw Invalid("its head is larger than 128 KB") : false;

        var status = ReadStatus(NextLine(bytes, ref length), out var isOld);
        var facts = new Facts();
        for (var i = 0; ; i++)
        {
            var line = NextLine(bytes, ref length);
            if (line.IsEmpty) break;
            var read = LineAt(i);
            read.Read(line);
            if (facts.See(read)) headers.Add(read.Name, read.Value);
        }

        head = facts.Conclude(status, method, isOld);

        // Beside chunks a length is a lie, and is not passed on (RFC 9112, 6.3).
        if (head.Framing == BodyFraming.Chunked) headers.Remove("content-length");
        return true;
    }

    private HeaderLine LineAt(int index)
    {
        if (index >= MostKeptLines) return new HeaderLine();
        if (index == _lines.Count) _lines.Add(new HeaderLine());
        return _lines[index];
    }

    private static bool HasWholeHead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf("\r\n\r\n"u8) >= 0) return true;

        // A lone line feed ends a line as well (RFC 9112, 2.2).
        return bytes.IndexOf("\n\n"u8) >= 0 || bytes.IndexOf("\n\r\n"u8) >= 0;
    }

    private static ReadOnlySpan<byte> NextLine(ReadOnlySpan<byte> bytes, ref int at)
    {
        var rest = bytes[at..];
        var end = rest.IndexOf((byte)'\n');
        at += end + 1;
        var line = rest[..end];
        return line.EndsWith((byte)'\r') ? line[..^1] : line;
    }

    private static int ReadStatus(ReadOnlySpan<byte> line, out bool isOld)
    {
        isOld = line.Length > 7 && line[7] == '0';
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)line[7]) || line[8] != ' ' || (line.Length > 12 && line[12] != ' ')) throw Invalid("its status line is not HTTP/1's");
        var status = 0;
        foreach (var digit in line[9..12]) status = char.IsAsciiDigit((char)digit) ? (status * 10) + digit - '0' : throw Invalid("its status is no number");
        return status is >= 100 and <= 999 ? status : throw Invalid("its status is no number");
    }

    internal static HttpRequestException Invalid(string why) => new(HttpRequestError.InvalidResponse, "the answer cannot be read: " + why);

    /// <summary>What the lines say about the body.</summary>
    private ref struct Facts
    {
        private long? _length;
        private bool _chunked;
        private bool _closes;
        private bool _stays;

        /// <summary>False: the line is about the connection alone.</summary>
        internal bool See(HeaderLine line)
        {
            switch (line.Kind)
            {
                case HeaderKind.ContentLength:
                    var length = line.Number ?? throw Invalid("its content-length is no number");
                    if (_length is { } other && other != length) throw Invalid("it has two lengths");
                    _length = length;
                    return true;
                case HeaderKind.TransferEncoding:
                    if (line.Value.Equals("identity", StringComparison.OrdinalIgnoreCase)) return false;
                    if (_chunked || !line.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase)) throw Invalid("its transfer-encoding is not chunked alone");
                    _chunked = true;
                    return false;
                case HeaderKind.Connection:
                    _closes |= line.Value.Contains("close", StringComparison.OrdinalIgnoreCase);
                    _stays |= line.Value.Contains("keep-alive", StringComparison.OrdinalIgnoreCase);
                    return true;
                default:
                    return true;
            }
        }

        internal readonly Head Conclude(int status, HttpMethod method, bool isOld)
        {
            // Both at once is how answers are smuggled: the chunks count, and the connection is not used again (RFC 9112, 6.3).
            // HTTP/1.0 has no chunks: whoever sends them there may have been misunderstood by somebody in between (6.1).
            var keeps = !_closes && (!isOld || _stays) && !(_chunked && (isOld || _length is not null));
            if (method == HttpMethod.Head || status is < 200 or 204 or 304) return new Head(status, BodyFraming.None, 0, keeps);
            if (_chunked) return new Head(status, BodyFraming.Chunked, 0, keeps);
            return _length is { } length
                ? new Head(status, length == 0 ? BodyFraming.None : BodyFraming.Length, length, keeps)
                : new Head(status, BodyFraming.Close, 0, false);
        }
    }
}
