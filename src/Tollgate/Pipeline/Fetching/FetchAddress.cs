using System.Buffers;
using Tollgate.Configuration;

namespace Tollgate.Pipeline.Fetching;

/// <summary>
/// Judges an address before anything is asked for it. The authority is read as it was written, not as a URL parser understood it: what one
/// parser takes for a user name is a host to another.
/// </summary>
internal static class FetchAddress
{
    private const int Longest = 4096;

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

    private static readonly string[] InsideDomains =
        ["localhost", "local", "internal", "localdomain", "lan", "home", "corp", "intranet", "private", "arpa", "onion", "invalid", "test", "example"];

    /// <summary>The address, or what is wrong with it in words that follow "the address".</summary>
    internal static (Uri? Uri, string? Complaint) Judge(string address, FetchConfig rules)
    {
        if (address.Length > Longest) return Refuse($"is longer than {Longest} characters");
        if (address.AsSpan().ContainsAnyInRange('\0', ' ') || address.AsSpan().ContainsAnyExceptInRange('\0', '~') || address.Contains('\\', StringComparison.Ordinal)) return Refuse("holds characters that must be percent-encoded");
        var rest = Rest(address, rules.Http);
        if (rest is null) return Refuse(rules.Http ? "does not begin with https:// or http://" : "does not begin with https://");
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        if (JudgeAuthority(authority, address) is { } complaint) return Refuse(complaint);
        var host = HostOf(authority);
        if (!IsListed(host, rules.Hosts)) return Refuse("has a host that the gateway is not allowed to fetch from");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase) && uri.UserInfo.Length == 0 && !uri.IsLoopback
            ? (uri, null)
            : Refuse("cannot be read");
    }

    private static (Uri? Uri, string? Complaint) Refuse(string complaint) => (null, complaint);

    private static string? Rest(string address, bool http)
    {
        if (address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) return address["https://".Length..];
        return http && address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? address["http://".Length..] : null;
    }

    private static string? JudgeAuthority(string authority, string address)
    {
        if (authority.Contains('@', StringComparison.Ordinal)) return "holds a user name or password";
        var host = HostOf(authority);
        if (host.Length is 0 or > 253 || host.AsSpan().ContainsAnyExcept(HostCharacters) || host.Split('.').Any(label => label.Length is 0 or > 63)) return "has no proper host name";
        var port = authority.AsSpan(host.Length);
        var usual = address.StartsWith("https", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80";
        if (port.Length > 0 && !port.SequenceEqual(usual)) return "names a port of its own";
        var domain = host[(host.LastIndexOf('.') + 1)..];

        // Whatever ends in a number is an IPv4 address to some parser: 127.1, 0x7f.1, 2130706433.
        if (char.IsAsciiDigit(domain[0])) return "names its host by a number";
        return domain.Length == host.Length || InsideDomains.Contains(domain, StringComparer.OrdinalIgnoreCase) ? "names a host of an inside network" : null;
    }

    private static string HostOf(string authority) => authority.LastIndexOf(':') is var colon and >= 0 ? authority[..colon] : authority;

    private static bool IsListed(string host, IReadOnlyList<string> hosts) => hosts.Count == 0 || hosts.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase));
}
