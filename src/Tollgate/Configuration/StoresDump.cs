using System.Text.Json;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration;

/// <summary>The part of <see cref="ConfigDump"/> about shared stores: never a password.</summary>
internal static class StoresDump
{
    internal static void Write(Utf8JsonWriter json, StoresConfig stores)
    {
        if (stores.Counters is not { } counters) return;
        json.WriteStartObject("stores"u8);
        json.WriteStartObject("counters"u8);
        json.WriteString("url"u8, Url(counters));
        if (counters.Password is { } password) json.WriteString("password"u8, password.File ?? password.Value!.ToString());
        if (counters.Authorities is { } authorities) json.WriteString("ca"u8, authorities);
        json.WriteString("prefix"u8, counters.Prefix);
        json.WriteString("timeout"u8, DurationText.Write(counters.Timeout));
        json.WriteString("outage"u8, counters.Outage.ToString().ToLowerInvariant());
        if (counters.Outage == StoreOutage.Local) json.WriteNumber("share"u8, counters.Share);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Where it is, without user and password.</summary>
    private static string Url(CounterStoreConfig counters)
    {
        var scheme = counters.Kind switch
        {
            CounterStoreKind.Postgres => "postgres",
            CounterStoreKind.RedisCluster => counters.Tls ? "rediss+cluster" : "redis+cluster",
            _ => counters.Tls ? "rediss" : "redis",
        };
        var hosts = counters.Addresses.Select(address => address.Host.Contains(':', StringComparison.Ordinal) ? $"[{address.Host}]:{address.Port}" : $"{address.Host}:{address.Port}");
        return $"{scheme}://{string.Join(',', hosts)}{(counters.Database is { } database ? "/" + database : "")}";
    }
}
