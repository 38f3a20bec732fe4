using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tollgate.Cel.Values;

/// <summary>Durations as CEL writes them, such as <c>1h30m</c>, <c>-1.5s</c>, <c>100ms</c>; held as 64 bits of nanoseconds, ±292 years.</summary>
internal static class CelDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    // Longest names first, so that "ms" is not read as minutes.
    private static readonly (string Name, long Nanos)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
        ("s", CelTimestamp.NanosPerSecond), ("m", 60 * CelTimestamp.NanosPerSecond), ("h", 3600 * CelTimestamp.NanosPerSecond),
    ];

    public static CelValue Parse(string text)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest.IsEmpty) return Malformed();
        if (rest is "0") return CelValue.OfNanoseconds(0);

        var sum = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits is <= 0 or > 20) return Malformed();
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return Malformed();
            rest = rest[digits..];
            var (name, nanos) = UnitAt(rest);
            if (name.Length == 0) return Malformed();
            if (number > (decimal)long.MaxValue / nanos) return OutOfRange();
            rest = rest[name.Length..];
            sum += number * nanos;
            if (sum > (decimal)long.MaxValue + 1) return OutOfRange();
        }

        sum = decimal.Truncate(negative ? -sum : sum);
        return sum is < long.MinValue or > long.MaxValue ? OutOfRange() : CelValue.OfNanoseconds((long)sum);
    }

    /// <summary>Seconds with as many decimals as it takes: <c>1000000s</c>, <c>0.5s</c>.</summary>
    public static string Write(long nanoseconds)
    {
        var (seconds, nanos) = Math.DivRem(nanoseconds, CelTimestamp.NanosPerSecond);
        var text = new StringBuilder();
        if (nanoseconds < 0) text.Append('-');
        text.Append(CultureInfo.InvariantCulture, $"{Math.Abs(seconds)}");
        if (nanos != 0) text.Append('.').Append(Math.Abs(nanos).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0'));
        return text.Append('s').ToString();
    }

    private static (string Name, long Nanos) UnitAt(ReadOnlySpan<char> text)
    {
        foreach (var unit in Units)
        {
            if (text.StartsWith(unit.Name, StringComparison.Ordinal)) return unit;
        }

        return ("", 0);
    }

    private static CelValue Malformed() => CelValue.Fail("no duration such as 1h30m or 1.5s");

    private static CelValue OutOfRange() => CelValue.Fail("range: a duration is at most 292 years");
}
