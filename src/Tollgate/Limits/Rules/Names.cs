using System.Collections.Immutable;
using Tollgate.Routing;

namespace Tollgate.Limits.Rules;

/// <summary>Names and globs that a limit is for.</summary>
internal static class Names
{
    /// <summary>True when nothing is named, or one of the patterns fits.</summary>
    internal static bool Fit(ImmutableArray<string> patterns, string name)
    {
        if (patterns.IsEmpty) return true;
        foreach (var pattern in patterns)
        {
            if (Glob.Matches(pattern, name)) return true;
        }

        return false;
    }
}
