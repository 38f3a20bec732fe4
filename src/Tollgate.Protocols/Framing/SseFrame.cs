using System.Buffers;

namespace Tollgate.Protocols.Framing;

/// <summary>One server-sent event: a view of its bytes, nothing copied. Comments, <c>id</c> and <c>retry</c> stay in <see cref="Raw"/>.</summary>
public readonly ref struct SseFrame
{
    private SseFrame(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int dataLines)
    {
        Raw = raw;
        Event = name;
        Data = data;
        HasData = dataLines > 0;
        IsMultiline = dataLines > 1;
    }

    /// <summary>The frame as it came, its closing blank line included.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>Value of the last <c>event</c> line; empty if there is none.</summary>
    public ReadOnlySpan<byte> Event { get; }

    /// <summary>Value of the first <c>data</c> line, without the one blank that may follow the colon.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>True when there is a <c>data</c> line, be it empty.</summary>
    public bool HasData { get; }

    /// <summary>True when there are several <c>data</c> lines: <see cref="CopyData"/> joins them.</summary>
    public bool IsMultiline { get; }

    /// <summary>Reads the fields of one frame, as <see cref="Sse.FrameLength"/> cut it. Unknown fields and comments are passed over.</summary>
    public static SseFrame Parse(ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<byte> name = default, data = default;
        var dataLines = 0;
        var lines = new Lines(raw);
        while (lines.Next())
        {
            if (IsField(lines.Current, "data"u8))
            {
                if (dataLines++ == 0) data = ValueOf(lines.Current, "data"u8.Length);
            }
            else if (IsField(lines.Current, "event"u8))
            {
                name = ValueOf(lines.Current, "event"u8.Length);
            }
        }

        return new SseFrame(raw, name, data, dataLines);
    }

    /// <summary>Writes the values of all <c>data</c> lines, joined with LF.</summary>
    public void CopyData(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!IsMultiline)
        {
            output.Write(Data);
            return;
        }

        var first = true;
        var lines = new Lines(Raw);
        while (lines.Next())
        {
            if (!IsField(lines.Current, "data"u8)) continue;
            if (!first) output.Write("\n"u8);
            output.Write(ValueOf(lines.Current, "data"u8.Length));
            first = false;
        }
    }

    private static bool IsField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field)
        => line.StartsWith(field) && (line.Length == field.Length || line[field.Length] == ':');

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, int fieldLength)
    {
        if (line.Length <= fieldLength + 1) return default;
        var value = line[(fieldLength + 1)..];
        return value[0] == ' ' ? value[1..] : value;
    }

    /// <summary>The lines of a frame, without their ends; a byte order mark, which may open a stream, is no part of the first.</summary>
    private ref struct Lines(ReadOnlySpan<byte> raw)
    {
        private ReadOnlySpan<byte> _rest = raw.StartsWith("\uFEFF"u8) ? raw[3..] : raw;

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool Next()
        {
            if (_rest.IsEmpty) return false;
            var end = _rest.IndexOfAny((byte)'\n', (byte)'\r');
            Current = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[Sse.AfterLineEnd(_rest, end)..];
            return true;
        }
    }
}
