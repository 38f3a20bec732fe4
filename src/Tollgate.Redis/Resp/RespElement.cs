using System.Globalization;

namespace Tollgate.Redis.Resp;

/// <summary>One element of the protocol: a whole scalar, or the head of an aggregate.</summary>
internal readonly struct RespElement
{
    private const int VerbatimPrefix = 4; // such as txt:

    private RespElement(RespValue value, int items, int length) => (Value, Items, Length) = (value, items, length);

    /// <summary>A scalar or an empty aggregate; of another aggregate only the type counts.</summary>
    internal RespValue Value { get; }

    /// <summary>How many values follow that belong to it.</summary>
    internal int Items { get; }

    /// <summary>Its length on the wire.</summary>
    internal int Length { get; }

    /// <summary>Reads one. False: it is not all there.</summary>
    /// <exception cref="RespException">It is no element, or too long.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> buffer, RespLimits limits, out RespElement element)
    {
        element = default;
        if (buffer.IsEmpty) return false;
        var end = buffer[..Math.Min(buffer.Length, limits.MaxLine)].IndexOf("\r\n"u8);
        if (end < 0 && buffer.Length >= limits.MaxLine) throw new RespException($"a line is longer than {limits.MaxLine} bytes");
        if (end < 0) return false;

        var line = buffer[1..Math.Max(1, end)];
        var after = end + 2;
        switch (buffer[0])
        {
            case (byte)'$': return TryText(RespType.BulkString, buffer, line, after, limits, out element);
            case (byte)'!': return TryText(RespType.Error, buffer, line, after, limits, out element);
            case (byte)'=': return TryText(RespType.VerbatimString, buffer, line, after, limits, out element);
            case (byte)'*': return Aggregate(RespType.Array, line, 1, after, out element);
            case (byte)'~': return Aggregate(RespType.Set, line, 1, after, out element);
            case (byte)'>': return Aggregate(RespType.Push, line, 1, after, out element);
            case (byte)'%': return Aggregate(RespType.Map, line, 2, after, out element);
            case (byte)'|': return Aggregate(RespType.Attribute, line, 2, after, out element);
            default:
                element = new RespElement(Scalar(buffer[0], line), 0, after);
                return true;
        }
    }

    private static RespValue Scalar(byte kind, ReadOnlySpan<byte> line) => kind switch
    {
        (byte)'+' => RespValue.Of(RespType.SimpleString, line.ToArray()),
        (byte)'-' => RespValue.Of(RespType.Error, line.ToArray()),
        (byte)':' => RespValue.OfInteger(Number(line)),
        (byte)',' => RespValue.Of(RespType.Double, line.ToArray()),
        (byte)'(' => RespValue.Of(RespType.BigNumber, line.ToArray()),
        (byte)'_' when line.IsEmpty => RespValue.Null,
        (byte)'#' when line.SequenceEqual("t"u8) => RespValue.OfBoolean(true),
        (byte)'#' when line.SequenceEqual("f"u8) => RespValue.OfBoolean(false),
        _ => throw new RespException($"what was sent is not RESP: it begins with byte {kind}"),
    };

    private static bool TryText(RespType type, ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> line, int after, RespLimits limits, out RespElement element)
    {
        var size = Number(line);
        if (size == -1 && type == RespType.BulkString)
        {
            element = new RespElement(RespValue.Null, 0, after);
            return true;
        }

        if (size < 0 || size > limits.MaxBytes) throw new RespException($"a text of {size} bytes is announced; up to {limits.MaxBytes} are taken");
        element = default;
        if (buffer.Length < after + size + 2) return false;

        var text = buffer.Slice(after, (int)size);
        if (!buffer.Slice(after + (int)size, 2).SequenceEqual("\r\n"u8)) throw new RespException("a text does not end where it was announced to");
        if (type == RespType.VerbatimString) text = WithoutPrefix(text);
        element = new RespElement(RespValue.Of(type, text.ToArray()), 0, after + (int)size + 2);
        return true;
    }

    private static ReadOnlySpan<byte> WithoutPrefix(ReadOnlySpan<byte> text) => text.Length >= VerbatimPrefix && text[VerbatimPrefix - 1] == (byte)':'
        ? text[VerbatimPrefix..]
        : throw new RespException("a verbatim string does not say what kind it is");

    private static bool Aggregate(RespType type, ReadOnlySpan<byte> line, int perEntry, int after, out RespElement element)
    {
        var entries = Number(line);
        if (entries == -1 && type == RespType.Array)
        {
            element = new RespElement(RespValue.Null, 0, after);
            return true;
        }

        if (entries is < 0 or > int.MaxValue / 2) throw new RespException($"an aggregate of {entries} entries is announced");
        element = new RespElement(RespValue.Of(type, Array.Empty<RespValue>()), (int)entries * perEntry, after);
        return true;
    }

    private static long Number(ReadOnlySpan<byte> line) => long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new RespException("a number was expected");
}
