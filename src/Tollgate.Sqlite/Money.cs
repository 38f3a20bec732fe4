namespace Tollgate.Sqlite;

/// <summary>Dollars as two whole numbers that can be added up without rounding: millionths, and millionths of those.</summary>
internal static class Money
{
    private const decimal Million = 1_000_000m;
    private const int PicoDigits = 12;
    private const long MillionWhole = 1_000_000;

    /// <summary>What is beyond a millionth of a millionth is rounded; no price is that fine.</summary>
    internal static (long Micro, long Pico) Split(decimal dollars)
    {
        // What a request costs fits into 64 bits of millionths of a millionth, where two divisions do instead of six of decimals.
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(dollars, bits);
        if (dollars.Scale <= PicoDigits && bits[2] == 0 && dollars >= 0 && Scaled((uint)bits[0] | ((ulong)(uint)bits[1] << 32), PicoDigits - dollars.Scale) is { } picos)
        {
            return Math.DivRem(picos, MillionWhole);
        }

        var micro = decimal.Floor(dollars * Million);
        return ((long)micro, (long)decimal.Round(((dollars * Million) - micro) * Million));
    }

    /// <summary>With so many zeros behind it; null when that is too large.</summary>
    private static long? Scaled(ulong number, int zeros)
    {
        for (; zeros > 0; zeros--)
        {
            if (number > long.MaxValue / 10) return null;
            number *= 10;
        }

        return number <= long.MaxValue ? (long)number : null;
    }

    internal static decimal Join(long micro, long pico) => (micro / Million) + (pico / Million / Million);
}
