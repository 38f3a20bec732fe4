using System.Text.Json;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration;

/// <summary>The ledger, as the admin port shows it.</summary>
internal static class LedgerDump
{
    internal static void Write(Utf8JsonWriter json, GatewayConfig config)
    {
        if (config.Ledger is not { } ledger) return;
        json.WriteStartObject("ledger"u8);
        json.WriteString("store"u8, Address(ledger));
        json.WriteString("durability"u8, LedgerShapes.Durabilities[(int)ledger.Durability]);
        if (ledger.Retention is { } retention) json.WriteString("retention"u8, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(int)retention.TotalDays}d"));
        json.WriteNumber("queue"u8, ledger.Queue);
        json.WriteString("maxWait"u8, DurationText.Write(ledger.MaxWait));
        json.WriteEndObject();
    }

    /// <summary>What it is, without user and password.</summary>
    internal static string Address(LedgerConfig ledger)
    {
        if (ledger.Url is not { } secret) return ledger.Path is null ? ledger.Kind : $"{ledger.Kind}:{ledger.Path}";
        var url = new Uri(secret.Reveal());
        return $"postgres://{url.Authority[(url.Authority.LastIndexOf('@') + 1)..]}{url.AbsolutePath}";
    }
}
