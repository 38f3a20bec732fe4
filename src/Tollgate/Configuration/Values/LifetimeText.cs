using System.Globalization;

namespace Tollgate.Configuration.Values;

/// <summary>How long keys live: <c>90d</c>, <c>12h</c> or <c>30m</c>, at most ten years.</summary>
internal static class LifetimeText
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3653);

    public static TimeSpan? Parse(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        var span = text[^1] switch
        {
            'd' when number <= 3653 => TimeSpan.FromDays(number),
            'h' when number <= 87_672 => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            _ => TimeSpan.Zero,
        };
        return span > TimeSpan.Zero && span <= Longest ? span : null;
    }
}
