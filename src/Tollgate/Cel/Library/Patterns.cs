using System.Text.RegularExpressions;

namespace Tollgate.Cel.Library;

/// <summary>
/// Patterns of <c>matches</c>. .NET's non-backtracking engine reads a text once, whatever the pattern, as RE2 does; counted
/// repetitions are what could make its automaton large, so they are bounded like RE2's.
/// </summary>
internal static partial class Patterns
{
    private const int MaxLength = 1000;
    private const int MaxRepetitions = 1000;

    /// <summary>The pattern, or why it cannot be one.</summary>
    public static (Regex? Regex, string? Problem) Read(string pattern)
    {
        if (pattern.Length > MaxLength) return (null, $"a pattern has at most {MaxLength} characters");
        if (Repetitions(pattern) > MaxRepetitions) return (null, $"the counts in a pattern, such as {{10}}, multiply to at most {MaxRepetitions}");
        try
        {
            return (new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), null);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return (null, $"not a pattern that can be matched in linear time: {e.Message}");
        }
    }

    private static long Repetitions(string pattern)
    {
        var product = 1L;
        foreach (var count in Count().EnumerateMatches(pattern))
        {
            var digits = pattern.AsSpan(count.Index, count.Length).Trim("{,}");
            var last = digits[(digits.LastIndexOf(',') + 1)..];
            product = last.Length > 4 ? long.MaxValue : Math.Min(MaxRepetitions + 1, product * Math.Max(1, int.Parse(last, provider: null)));
            if (product > MaxRepetitions) return product;
        }

        return product;
    }

    [GeneratedRegex(@"\{[0-9]+(,[0-9]*)?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Count();
}
