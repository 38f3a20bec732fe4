using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tollgate.Simulator.Content;

/// <summary>
/// The prompt <c>count to 60</c> is answered with <c>w001 w002 … w060</c>, so that a lost or repeated word shows; <c>count to 60 with
/// k7</c> with <c>k7w001 …</c>, so that one of another answer shows as well. A request that quotes some of them, as one that resumes a
/// broken answer does, gets what is left.
/// </summary>
internal static partial class Counting
{
    private const int Most = 9999;

    /// <summary>Null: the conversation asks for something else.</summary>
    public static string? Answer(string text)
    {
        if (Wish().Match(text) is not { Success: true } wish) return null;
        var last = int.Parse(wish.Groups["last"].ValueSpan, CultureInfo.InvariantCulture);
        if (last is 0 or > Most) return null;
        var prefix = wish.Groups["prefix"].Value;
        var said = 0;
        foreach (Match word in Word().Matches(text))
        {
            if (word.Groups["prefix"].ValueSpan.SequenceEqual(prefix)) said = Math.Max(said, int.Parse(word.Groups["number"].ValueSpan, CultureInfo.InvariantCulture));
        }

        var answer = new StringBuilder();
        for (var number = said + 1; number <= last; number++)
        {
            // A model that goes on after a word begins with the blank before the next.
            if (number > 1) answer.Append(' ');
            answer.Append(CultureInfo.InvariantCulture, $"{prefix}w{number:000}");
        }

        return answer.ToString();
    }

    [GeneratedRegex(@"\bcount to (?<last>[0-9]{1,5})(?: with (?<prefix>[a-z0-9]{1,12}))?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Wish();

    [GeneratedRegex(@"\b(?<prefix>[a-z0-9]{0,12})w(?<number>[0-9]{3,4})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
