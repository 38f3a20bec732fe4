using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>Short words for reporting, and the order in which people read.</summary>
internal static class ProblemCollection
{
    public static void Error(this ICollection<ConfigProblem> problems, SourcePlace place, string message) =>
        problems.Add(new ConfigProblem(place, message));

    public static void Warning(this ICollection<ConfigProblem> problems, SourcePlace place, string message) =>
        problems.Add(new ConfigProblem(place, message, IsError: false));

    /// <summary>Each problem once, from the top of the file to its end. What an alias repeats is said once.</summary>
    public static ImmutableArray<ConfigProblem> InOrder(this IEnumerable<ConfigProblem> problems) =>
    [
        .. problems.Distinct()
            .OrderBy(problem => problem.Place.File, StringComparer.Ordinal)
            .ThenBy(problem => problem.Place.Line)
            .ThenBy(problem => problem.Place.Column),
    ];
}
