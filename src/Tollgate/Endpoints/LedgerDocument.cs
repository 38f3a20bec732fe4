using System.Text.Json;
using Tollgate.Metering.Ledger;

namespace Tollgate.Endpoints;

/// <summary>The state of the ledger, as the admin port shows it.</summary>
internal static class LedgerDocument
{
    internal static void Write(Utf8JsonWriter json, LedgerDesk desk)
    {
        json.WriteStartObject();
        if (desk.Ledger is not { } ledger)
        {
            json.WriteString("store"u8, "off"u8);
            json.WriteEndObject();
            return;
        }

        json.WriteString("store"u8, ledger.Store.Address);
        json.WriteString("durability"u8, ledger.Config.Durability == Configuration.LedgerDurability.Strict ? "strict"u8 : "relaxed"u8);
        json.WriteNumber("capacity"u8, ledger.Capacity);
        json.WriteNumber("in_use"u8, ledger.InUse);
        json.WriteNumber("queued"u8, ledger.Writer.Queued);
        json.WriteNumber("oldest_age_seconds"u8, ledger.Writer.OldestAge.TotalSeconds);
        json.WriteNumber("lines_written"u8, ledger.Writer.Written);
        json.WriteNumber("write_failures"u8, ledger.Writer.Failures);
        if (ledger.Writer.Fault is { } fault) json.WriteString("fault"u8, fault);
        json.WriteEndObject();
    }
}
