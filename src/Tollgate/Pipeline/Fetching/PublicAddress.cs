using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tollgate.Pipeline.Fetching;

/// <summary>
/// Tells the addresses of the public internet from all others: private, of this machine, of the link, of a carrier, reserved, or wrapping
/// one of these. After IANA's registries of special-purpose addresses; of IPv6 only what is global unicast today can be public.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Special =
    [
        .. Networks(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),

        // Public by its number, but answered by the host that an Azure machine runs on.
        .. Networks("168.63.129.16/32"),

        // Teredo, benchmarks, ORCHID; examples; 6to4, which wraps any IPv4 address; the old 6bone.
        .. Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "3ffe::/16"),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>True for an address that everybody on the internet could reach, and nobody through this machine alone.</summary>
    internal static bool Is(IPAddress address)
    {
        // An IPv4 address in IPv6 clothes is what attackers write; the public ones are reached without. Asked first: to a network,
        // these addresses are what they wrap.
        if (address.IsIPv4MappedToIPv6) return false;
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && (address.ScopeId != 0 || !GlobalUnicast.Contains(address) || IsIsatap(address))) return false;
        if (address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)) return false;
        return !Array.Exists(Special, network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    /// <summary>Its lower half holds an IPv4 address that may be private (RFC 5214).</summary>
    private static bool IsIsatap(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return (BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) & 0xfcffffff) == 0x00005efe;
    }

    private static IEnumerable<IPNetwork> Networks(params string[] texts) => texts.Select(t => IPNetwork.Parse(t));
}
