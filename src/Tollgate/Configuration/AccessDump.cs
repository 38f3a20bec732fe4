using System.Text.Json;

namespace Tollgate.Configuration;

/// <summary>Who may ask for what, as part of <see cref="ConfigDump"/>.</summary>
internal static class AccessDump
{
    internal static void Write(Utf8JsonWriter json, AddressListConfig? addresses)
    {
        if (addresses is null) return;
        json.WriteStartObject("access"u8);
        Networks(json, addresses);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, ClientAddressConfig? proxies)
    {
        if (proxies is null) return;
        json.WriteStartObject("clientAddress"u8);
        json.WriteNumber("hops"u8, proxies.Hops);
        Strings(json, "proxies", proxies.Proxies.Select(network => network.ToString()));
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, ModelAccessConfig? access)
    {
        if (access is null) return;
        json.WriteStartObject("access"u8);
        Strings(json, "clients", access.Clients);
        Strings(json, "issuers", access.Issuers);
        json.WriteBoolean("passwords"u8, access.Passwords);
        if (access.Addresses is { } addresses) Networks(json, addresses);
        json.WriteEndObject();
    }

    private static void Networks(Utf8JsonWriter json, AddressListConfig addresses)
    {
        Strings(json, "allow", addresses.Allow.Select(network => network.ToString()));
        Strings(json, "deny", addresses.Deny.Select(network => network.ToString()));
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
