using System.Buffers;
using System.Collections.Frozen;

namespace Tollgate.Configuration.Values;

/// <summary>Which headers a configuration may set or remove on the way to a provider.</summary>
internal static class HeaderRules
{
    private static readonly SearchValues<char> TokenChars = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Hop-by-hop headers (RFC 9110, section 7.6.1) and the two that the transport writes itself.
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length");

    /// <summary>What is wrong with the name, or null.</summary>
    public static string? NameComplaint(string name)
    {
        if (TokenComplaint(name) is { } complaint) return complaint;
        return Reserved.Contains(name) ? $"the header {name.ToLowerInvariant()} belongs to the connection and cannot be changed: remove it" : null;
    }

    /// <summary>What is wrong with the name of a header that is only looked at, or null.</summary>
    public static string? TokenComplaint(string name) =>
        name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenChars) ? "this is not a header name: use letters, digits and -" : null;

    /// <summary>What is wrong with the value, or null. A line break would begin another header.</summary>
    public static string? ValueComplaint(string value) =>
        value.All(c => c is '\t' or (>= ' ' and <= '~'))
            ? null
            : "a header value must be plain ASCII on one line: remove line breaks and other characters";
}
