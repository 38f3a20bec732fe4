using System.Buffers.Text;
using System.Text;

namespace Tollgate.Bench.Wire;

/// <summary>As much of HTTP/1.1 as the two ends of a benchmark need, without an allocation.</summary>
internal static class HttpFraming
{
    /// <summary>Length of the head with its blank line; 0: not all of it is there.</summary>
    internal static int HeadLength(ReadOnlySpan<byte> received)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        return end < 0 ? 0 : end + 4;
    }

    /// <summary>Value of <c>content-length</c>; -1 when there is none.</summary>
    internal static int ContentLength(ReadOnlySpan<byte> head)
    {
        while (true)
        {
            var line = head.IndexOf("\r\n"u8);
            if (line <= 0) return -1;
            if (line > 15 && head[14] == ':' && Ascii.EqualsIgnoreCase(head[..14], "content-length"u8))
            {
                return Utf8Parser.TryParse(head[15..line].TrimStart((byte)' '), out int length, out _) ? length : -1;
            }

            head = head[(line + 2)..];
        }
    }
}
