using System.Globalization;

namespace Tollgate.Configuration.Values;

/// <summary>
/// Sizes such as <c>64MB</c>, <c>512KiB</c> or <c>1GB</c>. KB and KiB both count 1024 bytes: people who write
/// 64MB for a buffer mean the power of two, and the difference never matters the other way round.
/// </summary>
internal static class SizeText
{
    public const string Pattern = "^[0-9]+ ?([KMG]i?)?B?$";

    public static long? Parse(string text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;

        long? unit = text.AsSpan(digits).Trim(' ') switch
        {
            "" or "B" => 1,
            "K" or "KB" or "Ki" or "KiB" => 1L << 10,
            "M" or "MB" or "Mi" or "MiB" => 1L << 20,
            "G" or "GB" or "Gi" or "GiB" => 1L << 30,
            _ => null,
        };
        return unit is null || number == 0 || number > (1L << 50) / unit ? null : number * unit;
    }
}
