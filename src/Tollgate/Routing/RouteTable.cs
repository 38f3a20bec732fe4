using System.Collections.Frozen;

namespace Tollgate.Routing;

/// <summary>Finds the route of a model name: exact names first, then globs in the order written.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, Route> _exact;
    private readonly Route[] _globs;

    internal RouteTable(IReadOnlyList<Route> routes)
    {
        Routes = routes;
        _exact = routes.Where(r => !r.IsGlob).ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);
        _globs = [.. routes.Where(r => r.IsGlob)];
    }

    /// <summary>All of them, in the order written.</summary>
    internal IReadOnlyList<Route> Routes { get; }

    internal Route? Match(string model)
    {
        if (_exact.TryGetValue(model, out var route)) return route;
        foreach (var glob in _globs)
        {
            if (Glob.Matches(glob.Name, model)) return glob;
        }

        return null;
    }
}
