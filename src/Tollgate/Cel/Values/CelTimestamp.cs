using System.Globalization;

namespace Tollgate.Cel.Values;

/// <summary>A point in time to the nanosecond, from year 1 to year 9999, as <c>google.protobuf.Timestamp</c>.</summary>
/// <param name="Seconds">Since 1970-01-01T00:00:00Z.</param>
/// <param name="Nanos">0 to 999,999,999.</param>
internal readonly record struct CelTimestamp(long Seconds, int Nanos)
{
    public const long NanosPerSecond = 1_000_000_000;
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    public DateTime Utc => DateTime.UnixEpoch.AddTicks((Seconds * TimeSpan.TicksPerSecond) + (Nanos / 100));

    /// <summary>The value, or the error that it lies outside of what a timestamp can be.</summary>
    public static CelValue Of(long seconds, long nanos)
    {
        var carry = Math.DivRem(nanos, NanosPerSecond);
        if (carry.Remainder < 0) carry = (carry.Quotient - 1, carry.Remainder + NanosPerSecond);
        seconds = Math.Clamp(seconds, FirstSecond - LastSecond, LastSecond - FirstSecond) + carry.Quotient;
        return seconds is < FirstSecond or > LastSecond
            ? CelValue.Fail("range: a timestamp lies between the years 1 and 9999")
            : CelValue.Of(new CelTimestamp(seconds, (int)carry.Remainder));
    }

    /// <summary>Reads RFC 3339, such as <c>2009-02-13T23:31:30.5Z</c>.</summary>
    public static CelValue Parse(string text)
    {
        // .NET's parser knows seven digits of a second; CEL has nine. So the fraction is taken out and read apart.
        var (whole, fraction) = SplitFraction(text);
        if (fraction.Length > 9
            || !DateTimeOffset.TryParseExact(whole, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            || !HasOffset(whole))
        {
            return whole.StartsWith("0000-", StringComparison.Ordinal) || whole.IndexOf('-', StringComparison.Ordinal) > 4
                ? CelValue.Fail("range: a timestamp lies between the years 1 and 9999")
                : CelValue.Fail($"no timestamp such as 2009-02-13T23:31:30Z: '{Brief(text)}'");
        }

        var nanos = fraction.Length == 0 ? 0 : int.Parse(fraction.PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        return Of(time.ToUnixTimeSeconds(), nanos);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var whole = Utc.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return Nanos == 0 ? whole + "Z" : $"{whole}.{Nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }

    private static (string Whole, string Fraction) SplitFraction(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return (text, "");
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return (text[..dot] + text[end..], text[(dot + 1)..end]);
    }

    private static bool HasOffset(string whole) => whole.EndsWith('Z') || (whole.Length > 6 && whole[^3] == ':' && whole[^6] is '+' or '-');

    private static string Brief(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
