using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Tollgate.Metering.Ledger;

namespace Tollgate.Sqlite;

/// <summary>The tables, and the steps that lead to them from every version that was ever released. A step is never changed.</summary>
internal static class SqliteSchema
{
    private const string Columns = """
          start INTEGER NOT NULL, id BLOB NOT NULL, part INTEGER NOT NULL, requests INTEGER NOT NULL, failures INTEGER NOT NULL,
          estimated INTEGER NOT NULL, interrupted INTEGER NOT NULL, unpriced INTEGER NOT NULL, rolled INTEGER NOT NULL DEFAULT 0,
          request_id TEXT NOT NULL, operation TEXT NOT NULL, client TEXT NOT NULL, key_id TEXT NOT NULL, team TEXT NOT NULL, organization TEXT NOT NULL,
          model TEXT NOT NULL, served_model TEXT NOT NULL, provider TEXT NOT NULL, status INTEGER NOT NULL, error TEXT NOT NULL, service_tier TEXT NOT NULL,
          duration_us INTEGER, cost_micro INTEGER, cost_pico INTEGER,
          input INTEGER, cached_input INTEGER, cache_creation INTEGER, cache_creation_1h INTEGER, output INTEGER, reasoning INTEGER,
          audio_input INTEGER, audio_output INTEGER, image_input INTEGER, image_output INTEGER, images INTEGER, audio_ms INTEGER,
          search_units INTEGER, web_searches INTEGER
        """;

    // Ordered by time, so that what is asked for by time lies together and new lines go to the end. No second index: none is needed for
    // writing once, and each would cost as much as the table itself. Money is in millionths of a dollar and, for what is left, millionths of
    // those: SQLite has no decimals, and sums of whole numbers are exact.
    internal const string First = $"""
        CREATE TABLE usage_lines ({Columns}, PRIMARY KEY (start, id, part)) WITHOUT ROWID;
        CREATE TABLE usage_costs (
          start INTEGER NOT NULL, id BLOB NOT NULL, part INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER,
          PRIMARY KEY (start, id, part, name)
        ) WITHOUT ROWID;
        """;

    // The key is a number now, see LineKey: lines go to the end of the table without a search, which takes a third off what writing one costs.
    private static readonly string Second = $"""
        ALTER TABLE usage_lines RENAME TO former_lines;
        CREATE TABLE usage_lines (line INTEGER PRIMARY KEY, {Columns});
        INSERT INTO usage_lines SELECT (start << {LineKey.Bits}) + row_number() OVER (PARTITION BY start ORDER BY id), * FROM former_lines WHERE rolled = 1;
        """;

    private static readonly string FormerKey = string.Create(
        CultureInfo.InvariantCulture,
        $"((start << {LineKey.Bits}) + ((({Digit(30)}) * 256 + ({Digit(31)}) * 16 + ({Digit(32)})) & {LineKey.Most}) + part)");

    private static readonly ImmutableArray<Action<SqliteConnection>> Steps = [connection => Run(connection, First), KeyByNumber];

    /// <summary>Brings a file to this version.</summary>
    /// <exception cref="LedgerException">A later version has written it.</exception>
    internal static void Migrate(SqliteConnection connection, string address)
    {
        // Immediate: of two gateways that start together one waits, and then finds it done.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = (int)(long)Run(connection, "PRAGMA user_version")!;
        if (version > Steps.Length) throw new LedgerException($"the ledger {address} was written by a later version of the gateway (its format is {version}, this one knows {Steps.Length}): use that version, or name another file.");
        for (var step = version; step < Steps.Length; step++) Steps[step](connection);
        if (version < Steps.Length) Run(connection, $"PRAGMA user_version = {Steps.Length}");
        transaction.Commit();
    }

    private static void KeyByNumber(SqliteConnection connection)
    {
        Run(connection, Second);
        for (var shift = 0; (long)Run(connection, "SELECT (SELECT COUNT(*) FROM former_lines) - (SELECT COUNT(*) FROM usage_lines)")! > 0; shift++)
        {
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO usage_lines SELECT {FormerKey} + {shift}, * FROM former_lines AS f WHERE rolled = 0
                  AND NOT EXISTS (SELECT 1 FROM usage_lines AS n WHERE n.line BETWEEN {FormerKey} AND {FormerKey} + {shift} AND n.id = f.id AND n.part = f.part)
                ON CONFLICT DO NOTHING
                """));
        }

        Run(connection, "DROP TABLE former_lines");
    }

    private static string Digit(int at) => string.Create(CultureInfo.InvariantCulture, $"instr('0123456789ABCDEF', substr(hex(id), {at}, 1)) - 1");

    internal static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
