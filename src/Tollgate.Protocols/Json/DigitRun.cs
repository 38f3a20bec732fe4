using System.Buffers.Binary;
using System.Numerics;

namespace Tollgate.Protocols.Json;

/// <summary>Counts decimal digits, eight at a time, so that the processor need not guess how long a number is.</summary>
internal static class DigitRun
{
    private const ulong HighNibbles = 0xF0F0_F0F0_F0F0_F0F0;

    /// <summary>With how many digits the text begins.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        var at = 0;
        for (; text.Length - at >= sizeof(ulong); at += sizeof(ulong))
        {
            // A digit is 3x, and still 3x with 6 added; what the addition carries over comes from a byte that is no digit.
            var bytes = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            var others = ((bytes & HighNibbles) | (((bytes + 0x0606_0606_0606_0606) & HighNibbles) >> 4)) ^ 0x3333_3333_3333_3333;
            if (others != 0) return at + (BitOperations.TrailingZeroCount(others) / 8);
        }

        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
        return at;
    }
}
