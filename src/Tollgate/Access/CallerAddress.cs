using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tollgate.Configuration;

namespace Tollgate.Access;

/// <summary>Where a request comes from, behind proxies of the operator's: each of them adds the address that it sees at the right end of <c>x-forwarded-for</c>.</summary>
/// <remarks>What callers write there themselves is further left, and never believed. Without enough that can be read, the address of the connection counts.</remarks>
internal sealed class CallerAddress(ClientAddressConfig config)
{
    private const string Header = "x-forwarded-for";

    private readonly IPNetwork[] _proxies = [.. config.Proxies];

    internal IPAddress? Of(HttpContext context)
    {
        var connection = Plain(context.Connection.RemoteIpAddress);
        var forwarded = context.Request.Headers[Header];
        return config.Hops > 0 ? ByNumber(forwarded, connection) : ByNetwork(forwarded, connection);
    }

    private IPAddress? ByNumber(StringValues forwarded, IPAddress? connection)
    {
        var left = config.Hops;
        foreach (var entry in FromTheRight(forwarded))
        {
            if (--left == 0) return entry ?? connection;
        }

        return connection;
    }

    // A connection that comes from elsewhere can write what it likes.
    private IPAddress? ByNetwork(StringValues forwarded, IPAddress? connection)
    {
        var believed = connection;
        foreach (var entry in FromTheRight(forwarded))
        {
            if (believed is null || !IsProxy(believed) || entry is null) break;
            believed = entry;
        }

        return believed;
    }

    private bool IsProxy(IPAddress address)
    {
        foreach (var network in _proxies)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }

    private static IEnumerable<IPAddress?> FromTheRight(StringValues forwarded)
    {
        for (var i = forwarded.Count - 1; i >= 0; i--)
        {
            var entries = (forwarded[i] ?? "").Split(',', StringSplitOptions.TrimEntries);
            for (var j = entries.Length - 1; j >= 0; j--) yield return Parse(entries[j]);
        }
    }

    // Some proxies add the port.
    private static IPAddress? Parse(string entry) =>
        IPAddress.TryParse(entry, out var address) ? Plain(address) : IPEndPoint.TryParse(entry, out var end) ? Plain(end.Address) : null;

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
