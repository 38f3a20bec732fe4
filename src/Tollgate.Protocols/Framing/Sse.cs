namespace Tollgate.Protocols.Framing;

/// <summary>
/// Finds the ends of server-sent events in a byte stream
/// (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html"/>), for buffers cut anywhere.
/// </summary>
public static class Sse
{
    private const byte Lf = (byte)'\n';
    private const byte Cr = (byte)'\r';

    /// <summary>
    /// Length of the first whole frame in <paramref name="buffer"/>, its closing blank line included; 0 when it isn't whole yet.
    /// </summary>
    /// <param name="buffer">Unread bytes, beginning at a frame.</param>
    /// <param name="scanned">
    /// Where to resume: 0 for a new frame; keep it between calls for the same frame, so that one which trickles in costs
    /// no second look; set it back to 0 after the frame is consumed.
    /// </param>
    /// <remarks>
    /// Lines end with LF, CRLF or CR, also mixed. A frame is closed by the CR of a blank line already, without waiting for
    /// its LF: such an LF, and any other blank line where a frame should begin, comes out as a frame of its own without fields.
    /// </remarks>
    public static int FrameLength(ReadOnlySpan<byte> buffer, ref int scanned)
    {
        // Only the first byte of a frame can be a line end that closes nothing but itself.
        if (scanned == 0 && !buffer.IsEmpty && buffer[0] is Lf or Cr) return AfterLineEnd(buffer, 0);

        while (true)
        {
            var offset = buffer[scanned..].IndexOfAny(Lf, Cr);
            if (offset < 0)
            {
                scanned = buffer.Length;
                return 0;
            }

            // Resume at the line end, not behind it: what comes next decides whether it is half of a CRLF, or followed by a blank line.
            scanned += offset;
            var next = AfterLineEnd(buffer, scanned);
            if (next == buffer.Length) return 0;
            if (buffer[next] is Lf or Cr) return AfterLineEnd(buffer, next);
            scanned = next;
        }
    }

    /// <summary>Index behind the line end at <paramref name="at"/>; a CR at the end of the buffer counts as whole.</summary>
    internal static int AfterLineEnd(ReadOnlySpan<byte> buffer, int at)
        => buffer[at] == Cr && at + 1 < buffer.Length && buffer[at + 1] == Lf ? at + 2 : at + 1;
}
