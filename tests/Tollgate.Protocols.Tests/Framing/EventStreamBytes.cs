using System.Buffers.Binary;
using System.Text;

namespace Tollgate.Protocols.Tests.Framing;

/// <summary>Event-stream messages made byte by byte, with a plain bitwise CRC: independent of the code under test.</summary>
internal static class EventStreamBytes
{
    public const string Empty = "000000100000000005c248eb7d98c8ff";

    public const string TextDelta =
        "0000009e00000057fe1b824f0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d74797065070010"
        + "6170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c"
        + "2264656c7461223a7b2274657874223a224869227d2c2270223a22616263227d9343f010";

    public const string Throttled =
        "0000008800000061de0175f40f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e0d3a636f6e74656e742d74"
        + "797065070010"
        + "6170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a22536c6f7720646f"
        + "776e227d05b26fa5";

    public static byte[] Message(byte[] headers, byte[] payload)
    {
        var bytes = new byte[16 + headers.Length + payload.Length];
        headers.CopyTo(bytes, 12);
        payload.CopyTo(bytes, 12 + headers.Length);
        return Sealed(bytes, bytes.Length, headers.Length);
    }

    /// <summary>Writes those lengths, true or not, and checksums that fit.</summary>
    public static byte[] Sealed(byte[] bytes, long total, long headers)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)total);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)headers);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Crc(bytes.AsSpan(0, 8)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }

    public static byte[] Header(string name, byte type, params byte[] value)
        => [(byte)name.Length, .. Encoding.UTF8.GetBytes(name), type, .. value];

    public static byte[] Text(string name, string value)
        => Header(name, 7, [(byte)(Encoding.UTF8.GetByteCount(value) >> 8), (byte)Encoding.UTF8.GetByteCount(value), .. Encoding.UTF8.GetBytes(value)]);

    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
