using System.Buffers.Binary;

namespace Tollgate.Protocols.Framing;

/// <summary>Walks the header block of an event-stream message.</summary>
internal ref struct AwsEventHeaders(ReadOnlySpan<byte> block)
{
    private const byte StringType = 7;
    private ReadOnlySpan<byte> _rest = block;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Value of a string header; empty for the other types.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>True when <see cref="Next"/> stopped because a header runs over the end or has an unknown type.</summary>
    public bool IsCorrupt { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty) return false;

        // u8 length of the name, name, u8 type, value
        var valueAt = 1 + _rest[0] + 1;
        if (valueAt > _rest.Length || !TryValue(_rest[valueAt - 1], _rest[valueAt..], out var prefix, out var length)
            || valueAt + prefix + length > _rest.Length)
        {
            IsCorrupt = true;
            return false;
        }

        Name = _rest[1..(valueAt - 1)];
        Text = _rest[valueAt - 1] == StringType ? _rest.Slice(valueAt + prefix, length) : default;
        _rest = _rest[(valueAt + prefix + length)..];
        return true;
    }

    /// <summary>Bytes of the length prefix and of the value, by type.</summary>
    private static bool TryValue(byte type, ReadOnlySpan<byte> rest, out int prefix, out int length)
    {
        prefix = type is 6 or StringType ? 2 : 0;
        if (prefix == 2 && rest.Length < 2)
        {
            length = 0;
            return false;
        }

        length = type switch
        {
            0 or 1 => 0,                                                        // true, false
            2 => 1,                                                             // i8
            3 => 2,                                                             // i16
            4 => 4,                                                             // i32
            5 or 8 => 8,                                                        // i64, timestamp in ms
            6 or StringType => BinaryPrimitives.ReadUInt16BigEndian(rest),      // bytes, string
            9 => 16,                                                            // uuid
            _ => -1,
        };
        return length >= 0;
    }
}
