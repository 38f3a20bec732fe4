using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;

namespace Tollgate.Limits.Rules;

/// <summary>What a header must hold, compiled. Callers choose what is in it, so patterns run in linear time.</summary>
internal sealed class HeaderRule(HeaderMatch match)
{
    private readonly Regex? _pattern = match.IsPattern ? Expression(match.Value) : null;

    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    /// <exception cref="NotSupportedException">It needs going back, which takes longer than the text is long.</exception>
    internal static Regex Expression(string pattern) => new($"^(?:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    internal bool Fits(IHeaderDictionary headers)
    {
        var value = headers[match.Name];
        return (value.Count > 0 && Holds(value.ToString())) != match.Invert;
    }

    private bool Holds(string value) => _pattern?.IsMatch(value) ?? value == match.Value;
}
