using System.Text.RegularExpressions;

namespace Tollgate.Tests.Telemetry;

/// <summary>What a PromQL expression asks for: the metrics it selects, with the names of the labels that it matches.</summary>
internal static partial class PromQuery
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal) { "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool", "le" };

    /// <summary>Metrics and the labels matched on each.</summary>
    public static IEnumerable<(string Metric, string[] Labels)> Selectors(string expression)
    {
        var bare = Grouping().Replace(Text().Replace(Range().Replace(expression, ""), "''"), " ");
        foreach (Match match in Selector().Matches(bare))
        {
            var name = match.Groups["name"].Value;
            if (match.Groups["call"].Success || Words.Contains(name)) continue;
            yield return (name, [.. Matcher().Matches(match.Groups["labels"].Value).Select(m => m.Groups["label"].Value)]);
        }
    }

    /// <summary>Labels that results are grouped by.</summary>
    public static IEnumerable<string> Groups(string expression) => Grouping().Matches(expression)
        .SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"\[[^\]]*\]", RegexOptions.None, 1000)]
    private static partial Regex Range();

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Text();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w$.])(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<call>\s*\()?(?:\{(?<labels>[^}]*)\})?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Selector();

    [GeneratedRegex("(?<label>[a-zA-Z_][a-zA-Z0-9_]*)\\s*(?:=~|!~|!=|=)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Matcher();
}
