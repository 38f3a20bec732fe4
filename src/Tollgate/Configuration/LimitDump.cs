using System.Text.Json;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration;

/// <summary>The part of <see cref="ConfigDump"/> about limits.</summary>
internal static class LimitDump
{
    internal static void Write(Utf8JsonWriter json, GatewayConfig config)
    {
        json.WriteStartObject("limits"u8);
        foreach (var limit in config.Limits)
        {
            json.WriteStartObject(limit.Name);
            Members(json, limit);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("reserve"u8);
        json.WriteNumber("output"u8, config.Reserve.Output);
        json.WriteEndObject();
    }

    /// <summary>What a limit is, in the words of the configuration file.</summary>
    internal static void Members(Utf8JsonWriter json, LimitConfig limit)
    {
        Amount(json, limit);
        json.WriteString("per"u8, limit.Per.ToString().ToLowerInvariant());
        json.WriteString("window"u8, limit.Sliding ? "sliding"u8 : "fixed"u8);
        if (!limit.By.IsEmpty) Strings(json, "by", limit.By.Select(LimitKeyText.Write));
        if (limit.Match is { } match) Match(json, match);
        if (limit.Pool is { } pool) json.WriteString("pool"u8, pool);
        json.WriteString("store"u8, limit.Shared ? "shared"u8 : "local"u8);
        if (limit.Shadow) json.WriteBoolean("shadow"u8, value: true);
    }

    private static void Amount(Utf8JsonWriter json, LimitConfig limit)
    {
        if (limit.Unit != LimitUnit.Cost)
        {
            var word = limit.Unit.ToString();
            json.WriteNumber(char.ToLowerInvariant(word[0]) + word[1..], limit.Limit);
            return;
        }

        json.WriteStartObject("cost"u8);
        json.WriteNumber(limit.Cost!, limit.Limit);
        json.WriteEndObject();
    }

    private static void Match(Utf8JsonWriter json, LimitMatch match)
    {
        json.WriteStartObject("match"u8);
        if (!match.Models.IsEmpty) Strings(json, "models", match.Models);
        if (!match.Providers.IsEmpty) Strings(json, "providers", match.Providers);
        if (!match.Clients.IsEmpty) Strings(json, "clients", match.Clients);
        if (!match.Headers.IsEmpty) Strings(json, "headers", match.Headers.Select(header => header.Name)); // their values may be secrets
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
