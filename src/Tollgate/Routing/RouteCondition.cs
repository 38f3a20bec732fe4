using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Configuration.Values;

namespace Tollgate.Routing;

/// <summary>What a request must have, beside its host, for a route that is not found by its name alone.</summary>
internal sealed class RouteCondition
{
    private readonly string? _model;
    private readonly Regex? _pattern;
    private readonly bool _isGlob;
    private readonly HeaderCondition[] _headers;

    internal RouteCondition(MatchConfig match)
    {
        _model = match.Model;
        _isGlob = match.Model?.Contains('*', StringComparison.Ordinal) == true;
        _pattern = match.ModelPattern is { } pattern ? PatternText.Whole(pattern) : null;
        _headers = [.. match.Headers.Select(header => new HeaderCondition(header))];
    }

    /// <summary>The one name that it is for; null when it is for several.</summary>
    internal string? ExactModel => _isGlob ? null : _model;

    internal bool Fits(string model, IHeaderDictionary headers)
    {
        if (_pattern is not null ? !_pattern.IsMatch(model) : _isGlob ? !Glob.Matches(_model, model) : !string.Equals(_model, model, StringComparison.Ordinal)) return false;
        foreach (var header in _headers)
        {
            if (!header.Fits(headers)) return false;
        }

        return true;
    }
}

/// <summary>What one header must hold. A header sent several times is one text with commas between its values (RFC 9110, section 5.3).</summary>
internal sealed class HeaderCondition(HeaderMatch match)
{
    private readonly Regex? _pattern = match.IsPattern ? PatternText.Whole(match.Value) : null;

    internal bool Fits(IHeaderDictionary headers)
    {
        var values = headers[match.Name];
        var value = values.Count > 1 ? string.Join(',', (IEnumerable<string?>)values) : values.ToString();
        var holds = values.Count > 0 && (_pattern?.IsMatch(value) ?? string.Equals(value, match.Value, StringComparison.Ordinal));
        return holds != match.Invert;
    }
}
