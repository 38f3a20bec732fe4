using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tollgate.Metering;

/// <summary>Amounts as people and JSON have them: all digits and no exponent.</summary>
internal static class DecimalText
{
    /// <summary>Enough for any.</summary>
    internal const int Longest = 48;

    /// <summary>With the zeros at the end that the number was given. The same as <see cref="Utf8Formatter"/>, which takes several times as long.</summary>
    /// <returns>How many bytes were written.</returns>
    internal static int Write(decimal number, Span<byte> text)
    {
        // An amount below nothing is as rare as one beyond 64 bits.
        if (TryTake(number, out var digits, out var decimals) && digits != 0) return Write(digits, decimals, text);
        Utf8Formatter.TryFormat(number, text, out var length);
        return length;
    }

    /// <summary>Without zeros at the end, such as <c>0.0000425</c>.</summary>
    internal static string Short(decimal number)
    {
        if (!TryTake(number, out var digits, out var decimals)) return number.ToString("0.############################", CultureInfo.InvariantCulture);
        for (; decimals > 0 && digits % 10 == 0; decimals--) digits /= 10;
        Span<byte> text = stackalloc byte[Longest];
        return Encoding.ASCII.GetString(text[..Write(digits, decimals, text)]);
    }

    private static bool TryTake(decimal number, out ulong digits, out int decimals)
    {
        Span<uint> parts = stackalloc uint[4];
        decimal.GetBits(number, MemoryMarshal.Cast<uint, int>(parts));
        (digits, decimals) = (parts[0] | ((ulong)parts[1] << 32), (int)(parts[3] >> 16 & 0xFF));
        return parts[2] == 0 && (parts[3] & 0x8000_0000) == 0;
    }

    private static int Write(ulong digits, int decimals, Span<byte> text)
    {
        digits.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        if (decimals == 0) return length;
        var zeros = Math.Max(0, decimals + 1 - length);
        var point = length + zeros - decimals;

        // Makes place for the point and for what stands before the digits.
        text[Math.Max(0, length - decimals)..length].CopyTo(text[(point + 1 + Math.Max(0, decimals - length))..]);
        if (zeros > 0) text[..(zeros + 1)].Fill((byte)'0');
        text[point] = (byte)'.';
        return length + zeros + 1;
    }
}
