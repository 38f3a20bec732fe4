using System.Globalization;

namespace Tollgate.Metering;

/// <summary>Decimals as people write them: all digits, no exponent, no zeros at the end.</summary>
internal static class PlainDecimal
{
    private const int MostDigits = 20; // of 64 bits

    /// <summary>Such as <c>0.0000425</c>.</summary>
    internal static string Text(decimal value)
    {
        Span<uint> parts = stackalloc uint[4];
        decimal.GetBits(value, System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(parts));
        var (isNegative, scale) = ((parts[3] & 0x8000_0000) != 0, (int)(parts[3] >> 16 & 0xFF));

        // Prices are small numbers: what does not fit 64 bits goes the framework's way, which is slower by far.
        return parts[2] != 0 || isNegative ? value.ToString("0.############################", CultureInfo.InvariantCulture) : Text((ulong)parts[1] << 32 | parts[0], scale);
    }

    private static string Text(ulong digits, int scale)
    {
        for (; scale > 0 && digits % 10 == 0; scale--) digits /= 10;
        if (scale == 0) return digits.ToString(CultureInfo.InvariantCulture);
        Span<char> text = stackalloc char[MostDigits];
        digits.TryFormat(text, out var count, default, CultureInfo.InvariantCulture);
        var digitsText = text[..count];
        return count > scale
            ? string.Concat(digitsText[..(count - scale)], ".", digitsText[(count - scale)..])
            : string.Concat("0.", Zeros.AsSpan(0, scale - count), digitsText);
    }

    private const string Zeros = "0000000000000000000000000000";
}
