using System.Net;
using Microsoft.AspNetCore.Http;
using Tollgate.Routing;

namespace Tollgate.Authentication;

/// <summary>
/// A gateway without client keys trusts whoever can open a connection to this machine. A web page can make the browser of somebody here do
/// that, straight or by pointing its own name at 127.0.0.1, so what comes from pages is turned away.
/// </summary>
internal static class OpenDoor
{
    /// <summary>Null when the request may pass, else why not.</summary>
    internal static string? Refuse(HttpContext context, RouteTable routes)
    {
        var headers = context.Request.Headers;
        if (headers["sec-fetch-site"].ToString() is "cross-site" or "same-site")
        {
            return "a web page may not call a gateway without client keys: add 'clients', or 'allowAnonymous: true'";
        }

        // A name that was made to point here shows in the Host header; addresses and localhost cannot be made to.
        return context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local) && !IsThisMachine(WithoutPort(context.Request.Host.Value))
            && !routes.NamesHost(context.Request)
            ? "the Host header names neither localhost nor an address: call http://127.0.0.1 or http://localhost, or set 'clients' or 'allowAnonymous: true'"
            : null;
    }

    // What nearly everybody calls it comes first: parsing an address allocates one.
    private static bool IsThisMachine(ReadOnlySpan<char> host) =>
        host.IsEmpty
        || host is "127.0.0.1"
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _);

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            var end = host.IndexOf(']');
            return end < 0 ? host : host[1..end];
        }

        var port = host.LastIndexOf(':');
        return port < 0 ? host : host[..port];
    }
}
