using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Routing;

/// <summary>Routes of one host: those with a condition in the order written, then exact names, then globs in the order written.</summary>
internal sealed class RouteSet
{
    private readonly Route[] _conditional;
    private readonly FrozenDictionary<string, Route> _exact;
    private readonly Route[] _globs;

    internal RouteSet(IReadOnlyList<Route> routes)
    {
        Routes = routes;
        _conditional = [.. routes.Where(r => r.Condition is not null)];
        _exact = routes.Where(r => r.Condition is null && !r.IsGlob).ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);
        _globs = [.. routes.Where(r => r.Condition is null && r.IsGlob)];
    }

    internal IReadOnlyList<Route> Routes { get; }

    internal Route? Match(string model, IHeaderDictionary headers)
    {
        foreach (var route in _conditional)
        {
            if (route.Condition!.Fits(model, headers)) return route;
        }

        if (_exact.TryGetValue(model, out var exact)) return exact;
        foreach (var glob in _globs)
        {
            if (Glob.Matches(glob.Name, model)) return glob;
        }

        return null;
    }
}
