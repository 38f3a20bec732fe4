using System.Buffers;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Json;

namespace Tollgate.Pipeline;

/// <summary>Judges the bytes behind the last blank line of a stream that has ended.</summary>
internal static class LastFrame
{
    private static readonly JsonNames AnyNames = new("type");

    /// <summary>
    /// True when it is an event that lacks nothing but its blank line: its last line is data, and its data is a whole JSON object
    /// or <c>[DONE]</c>. That it ends with a bracket is not enough, since a stream can be cut behind any bracket.
    /// </summary>
    internal static bool IsWhole(ReadOnlySpan<byte> rest)
    {
        var lines = rest.TrimEnd("\r\n"u8);
        if (!lines[(lines.LastIndexOfAny((byte)'\r', (byte)'\n') + 1)..].StartsWith("data:"u8)) return false;
        var frame = SseFrame.Parse(rest);
        var data = new ArrayBufferWriter<byte>(rest.Length);
        frame.CopyData(data);
        Span<JsonMember> members = stackalloc JsonMember[1];
        return data.WrittenSpan.Trim((byte)' ').SequenceEqual("[DONE]"u8) || JsonHead.TryRead(data.WrittenSpan, AnyNames, members, out _);
    }
}
