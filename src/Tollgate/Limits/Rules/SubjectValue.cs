using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Configuration;

namespace Tollgate.Limits.Rules;

/// <summary>One value that counters are kept by.</summary>
internal static class SubjectValue
{
    /// <summary>Longer values are counted under their hash: callers choose some of them, and counters stay in memory.</summary>
    internal const int Longest = 200;

    private const int Ipv6Network = 8;

    /// <summary>
    /// The value. Who leaves a header away, and callers without a name, share a counter, so that nobody gets out of a limit that way; callers
    /// without a key, a team, an organisation or the claim cannot help it, and such a limit is not for them: null.
    /// </summary>
    internal static string? Of(LimitKey key, in Asked asked)
    {
        var request = asked.Request;
        var value = key.Subject switch
        {
            LimitSubject.Client => request.Client?.Name ?? "",
            LimitSubject.Key => request.Client?.KeyId,
            LimitSubject.Team => request.Client?.Team,
            LimitSubject.Organization => request.Client?.Organization,
            LimitSubject.Model => asked.Served ?? request.AskedModel,
            LimitSubject.Provider => asked.Provider?.Name ?? "",
            LimitSubject.Ip => Address(request.Model.AddressOf(request.Context)),
            LimitSubject.Header => request.Context.Request.Headers[key.Name!].ToString(),
            _ => request.Client?.Claims.GetValueOrDefault(key.Name!),
        };
        return value is { Length: > Longest } ? Hash(value) : value;
    }

    /// <summary>Of IPv6 the network of 64 bits that one household or machine has: its addresses are without number.</summary>
    private static string Address(IPAddress? address)
    {
        if (address is null) return "";
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString();
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[Ipv6Network..].Clear();
        return new IPAddress(bytes) + "/64";
    }

    internal static string Hash(string value) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
}
