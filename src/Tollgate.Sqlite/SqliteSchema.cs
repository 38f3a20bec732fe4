using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Tollgate.Metering.Ledger;

namespace Tollgate.Sqlite;

/// <summary>The tables, and the steps that lead to them from every version that was ever released. A step is never changed.</summary>
internal static class SqliteSchema
{
    // Ordered by time, so that what is asked for by time lies together and new lines go to the end. No second index: none is needed for
    // writing once, and each would cost as much as the table itself. Money is in millionths of a dollar and, for what is left, millionths of
    // those: SQLite has no decimals, and sums of whole numbers are exact.
    private const string First = """
        CREATE TABLE usage_lines (
          start INTEGER NOT NULL, id BLOB NOT NULL, part INTEGER NOT NULL, requests INTEGER NOT NULL, failures INTEGER NOT NULL,
          estimated INTEGER NOT NULL, interrupted INTEGER NOT NULL, unpriced INTEGER NOT NULL, rolled INTEGER NOT NULL DEFAULT 0,
          request_id TEXT NOT NULL, operation TEXT NOT NULL, client TEXT NOT NULL, key_id TEXT NOT NULL, team TEXT NOT NULL, organization TEXT NOT NULL,
          model TEXT NOT NULL, served_model TEXT NOT NULL, provider TEXT NOT NULL, status INTEGER NOT NULL, error TEXT NOT NULL, service_tier TEXT NOT NULL,
          duration_us INTEGER, cost_micro INTEGER, cost_pico INTEGER,
          input INTEGER, cached_input INTEGER, cache_creation INTEGER, cache_creation_1h INTEGER, output INTEGER, reasoning INTEGER,
          audio_input INTEGER, audio_output INTEGER, image_input INTEGER, image_output INTEGER, images INTEGER, audio_ms INTEGER,
          search_units INTEGER, web_searches INTEGER,
          PRIMARY KEY (start, id, part)
        ) WITHOUT ROWID;
        CREATE TABLE usage_costs (
          start INTEGER NOT NULL, id BLOB NOT NULL, part INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER,
          PRIMARY KEY (start, id, part, name)
        ) WITHOUT ROWID;
        """;

    private static readonly ImmutableArray<string> Steps = [First];

    /// <summary>Brings a file to this version.</summary>
    /// <exception cref="LedgerException">A later version has written it.</exception>
    internal static void Migrate(SqliteConnection connection, string address)
    {
        // Immediate: of two gateways that start together one waits, and then finds it done.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = (int)(long)Run(connection, "PRAGMA user_version")!;
        if (version > Steps.Length) throw new LedgerException($"the ledger {address} was written by a later version of the gateway (its format is {version}, this one knows {Steps.Length}): use that version, or name another file.");
        for (var step = version; step < Steps.Length; step++) Run(connection, Steps[step]);
        if (version < Steps.Length) Run(connection, $"PRAGMA user_version = {Steps.Length}");
        transaction.Commit();
    }

    internal static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
