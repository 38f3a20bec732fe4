using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Tollgate.Endpoints;

/// <summary>
/// The gateway's paths without parameters. A host that serves nothing else finds its handler here in one look; routing would weigh every
/// catch-all that fits, too, and allocate for each.
/// </summary>
internal sealed class ExactPaths
{
    private FrozenDictionary<string, RouteEndpoint> _endpoints = FrozenDictionary<string, RouteEndpoint>.Empty;

    /// <summary>What was mapped.</summary>
    internal void Take(Dictionary<string, RequestDelegate> handlers) => _endpoints = handlers.ToFrozenDictionary(
        handler => handler.Key,
        handler => new RouteEndpoint(handler.Value, RoutePatternFactory.Parse(handler.Key), 0, EndpointMetadataCollection.Empty, handler.Key),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Serves a request, or leaves it to routing.</summary>
    internal RequestDelegate Before(RequestDelegate next) => context =>
    {
        if (context.Request.Path.Value is not { } path || !_endpoints.TryGetValue(path, out var endpoint)) return next(context);
        context.SetEndpoint(endpoint); // spans name the route
        return endpoint.RequestDelegate!(context);
    };
}
