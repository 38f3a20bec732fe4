using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using Tollgate.Metering.Ledger;

namespace Tollgate.Postgres.Ledger;

/// <summary>The tables, and the steps that lead to them from every version that was ever released. A step is never changed.</summary>
internal static class PostgresSchema
{
    /// <summary>Whoever holds this lock changes the schema or makes old lines into sums: one gateway at a time.</summary>
    internal const long Lock = 0x546F6C6C67617465; // "Tollgate"

    // No index beside the key: an index on a table of this size is never to be had back.
    private const string First = """
        CREATE TABLE usage_lines (
          start timestamptz NOT NULL, id uuid NOT NULL, part integer NOT NULL, requests bigint NOT NULL, failures bigint NOT NULL,
          estimated bigint NOT NULL, interrupted bigint NOT NULL, unpriced bigint NOT NULL, rolled boolean NOT NULL DEFAULT false,
          request_id text NOT NULL, operation text NOT NULL, client text NOT NULL, key_id text NOT NULL, team text NOT NULL, organization text NOT NULL,
          model text NOT NULL, served_model text NOT NULL, provider text NOT NULL, status integer NOT NULL, error text NOT NULL, service_tier text NOT NULL,
          duration_us bigint, cost numeric,
          input bigint, cached_input bigint, cache_creation bigint, cache_creation_1h bigint, output bigint, reasoning bigint,
          audio_input bigint, audio_output bigint, image_input bigint, image_output bigint, images bigint, audio_ms bigint,
          search_units bigint, web_searches bigint,
          PRIMARY KEY (start, id, part)
        ) PARTITION BY RANGE (start);
        CREATE TABLE usage_costs (
          start timestamptz NOT NULL, id uuid NOT NULL, part integer NOT NULL, name text NOT NULL, value bigint,
          PRIMARY KEY (start, id, part, name)
        );
        """;

    private static readonly ImmutableArray<string> Steps = [First];

    /// <summary>Brings a database to this version.</summary>
    /// <exception cref="LedgerException">A later version has written it.</exception>
    internal static async Task MigrateAsync(NpgsqlConnection connection, string address, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // Of two gateways that start together one waits, and then finds it done.
            await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellation).ConfigureAwait(false);
            await RunAsync(connection, "CREATE TABLE IF NOT EXISTS tollgate_ledger_version (version integer NOT NULL)", cancellation).ConfigureAwait(false);
            var version = (int?)await RunAsync(connection, "SELECT version FROM tollgate_ledger_version", cancellation).ConfigureAwait(false) ?? 0;
            if (version > Steps.Length) throw new LedgerException($"the ledger {address} was written by a later version of the gateway (its format is {version}, this one knows {Steps.Length}): use that version, or name another database.");
            for (var step = version; step < Steps.Length; step++) await RunAsync(connection, Steps[step], cancellation).ConfigureAwait(false);
            if (version < Steps.Length) await RunAsync(connection, $"DELETE FROM tollgate_ledger_version; INSERT INTO tollgate_ledger_version VALUES ({Steps.Length})", cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes the partition of a day. It is attached, not created in place: that would stop all who read and write meanwhile.
    /// </summary>
    internal static async Task AddDayAsync(NpgsqlConnection connection, DateTime day, CancellationToken cancellation)
    {
        var name = "usage_lines_" + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        if (await HasAsync(connection, name, cancellation).ConfigureAwait(false)) return;
        var (from, to) = (Text(day), Text(day.AddDays(1)));
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellation).ConfigureAwait(false);
            if (await HasAsync(connection, name, cancellation).ConfigureAwait(false)) return;
            await RunAsync(connection, $"""
                CREATE TABLE {name} (LIKE usage_lines INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES);
                ALTER TABLE usage_lines ATTACH PARTITION {name} FOR VALUES FROM ('{from}') TO ('{to}');
                """, cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
    }

    // Read from the catalogue's tables: to_regclass() may remember in this transaction that there was none before the lock was had.
    private static async Task<bool> HasAsync(NpgsqlConnection connection, string partition, CancellationToken cancellation) =>
        await RunAsync(connection, $"SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'usage_lines'::regclass AND c.relname = '{partition}'", cancellation).ConfigureAwait(false) is not null;

    internal static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false)) return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is { } value and not DBNull ? value : null;
    }

    private static string Text(DateTime day) => day.ToString("yyyy-MM-dd 00:00:00+00", CultureInfo.InvariantCulture);
}
