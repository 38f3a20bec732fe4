using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Routing;

/// <summary>
/// Finds the route of a request. Whoever addresses a host that routes name is served by those only: the exact host's, else those of the
/// longest domain that it is in.
/// </summary>
internal sealed class RouteTable
{
    private readonly RouteSet _anyHost;
    private readonly FrozenDictionary<string, RouteSet>.AlternateLookup<ReadOnlySpan<char>> _hosts;
    private readonly (string Suffix, RouteSet Set)[] _domains = [];

    internal RouteTable(IReadOnlyList<Route> routes)
    {
        Routes = routes;
        _anyHost = new RouteSet([.. routes.Where(r => r.Hosts.IsEmpty)]);
        var named = routes.SelectMany(r => r.Hosts).Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(host => host, host => new RouteSet(
            [.. routes.Where(r => r.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase))]), StringComparer.OrdinalIgnoreCase);
        IsGuarded = routes.Any(r => r.Access is not null);
        LooksAtHosts = named.Count > 0;
        _hosts = named.Where(n => !n.Key.StartsWith('*')).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _domains = [.. named.Where(n => n.Key.StartsWith('*')).Select(n => (n.Key[1..], n.Value)).OrderByDescending(n => n.Item1.Length)];
    }

    /// <summary>All of them, in the order written.</summary>
    internal IReadOnlyList<Route> Routes { get; }

    /// <summary>True when some route is served at some hosts only.</summary>
    internal bool LooksAtHosts { get; }

    /// <summary>True when some route is not for everybody who may call.</summary>
    internal bool IsGuarded { get; }

    /// <summary>The route for a model, or null when there is none.</summary>
    internal Route? Match(string model, HttpRequest request) => SetFor(request).Match(model, request.Headers);

    /// <summary>True when routes are written for the host that the request addresses.</summary>
    internal bool NamesHost(HttpRequest request) => LooksAtHosts && !ReferenceEquals(SetFor(request), _anyHost);

    /// <summary>What is served at the host that the request addresses.</summary>
    internal RouteSet SetFor(HttpRequest request) => LooksAtHosts ? OfHost(WithoutPort(request.Host.Value)) : _anyHost;

    private RouteSet OfHost(ReadOnlySpan<char> host)
    {
        if (_hosts.TryGetValue(host, out var exact)) return exact;
        foreach (var (suffix, set) in _domains)
        {
            if (host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) return set;
        }

        return _anyHost;
    }

    private static ReadOnlySpan<char> WithoutPort(string? host)
    {
        var text = host.AsSpan();
        var colon = text.LastIndexOf(':');
        return colon < 0 || text[colon..].Contains(']') ? text : text[..colon];
    }
}
