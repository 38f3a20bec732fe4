using System.Globalization;

namespace Tollgate.Configuration.Values;

/// <summary>Durations such as <c>10s</c>, <c>500ms</c> or <c>1h30m</c>.</summary>
internal static class DurationText
{
    public const string Pattern = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

    public static TimeSpan? Parse(string text)
    {
        if (text.Length == 0) return null;

        var total = 0.0;
        for (var i = 0; i < text.Length;)
        {
            var digits = Run(text, i, c => char.IsAsciiDigit(c) || c == '.');
            var unit = Run(text, digits, char.IsAsciiLetter);
            if (!double.TryParse(text.AsSpan(i, digits - i), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            if (SecondsOf(text.AsSpan(digits, unit - digits)) is not { } seconds) return null;

            total += number * seconds;
            i = unit;
        }

        // A day is beyond every wait that makes sense here, and far within what timers can hold.
        return total is > 0 and <= 86_400 ? TimeSpan.FromMilliseconds(Math.Round(total * 1000)) : null;
    }

    /// <summary>The shortest way to write it.</summary>
    public static string Write(TimeSpan value)
    {
        if (value.Ticks % TimeSpan.TicksPerSecond != 0) return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");

        var seconds = (long)value.TotalSeconds;
        return (seconds % 3600, seconds % 60) switch
        {
            (0, _) when seconds > 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h"),
            (_, 0) when seconds > 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
        };
    }

    private static int Run(string text, int start, Func<char, bool> accepts)
    {
        while (start < text.Length && accepts(text[start])) start++;
        return start;
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => null,
    };
}
