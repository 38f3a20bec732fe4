using System.Net;
using Tollgate.Configuration;

namespace Tollgate.Access;

/// <summary>Which addresses may call at all.</summary>
internal sealed class AddressList(AddressListConfig config)
{
    private readonly IPNetwork[] _allow = [.. config.Allow];
    private readonly IPNetwork[] _deny = [.. config.Deny];

    /// <summary>True for addresses that are not denied and, where there is a list of allowed ones, on it.</summary>
    internal bool Lets(IPAddress? address)
    {
        if (address is null) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4(); // as listeners for both families see IPv4
        return !Has(_deny, address) && (_allow.Length == 0 || Has(_allow, address));
    }

    private static bool Has(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }
}
