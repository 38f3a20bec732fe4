using System.Globalization;
using System.Net;

namespace Tollgate.Configuration.Values;

/// <summary>Addresses to listen on: <c>127.0.0.1:1975</c>, <c>[::1]:1975</c>, <c>*:1975</c>, <c>localhost:1975</c>, or a port alone.</summary>
internal static class AddressText
{
    /// <summary>A port alone means loopback: reaching further has to be said.</summary>
    public static ListenAddress? Parse(string text, SourcePlace place)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "127.0.0.1" : text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return null;

        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return null;
        return IsHost(host) ? new ListenAddress(host, port) { Place = place } : null;
    }

    /// <summary>True when only this machine can reach it.</summary>
    public static bool IsLoopback(ListenAddress address) =>
        IPAddress.TryParse(address.Host, out var ip) ? IPAddress.IsLoopback(ip) : address.Host != "*";

    private static bool IsHost(string host) =>
        host is "*" or "localhost" || (IPAddress.TryParse(host, out var ip) && host.IndexOfAny(['.', ':']) >= 0 && ip is not null);
}
