using Npgsql;
using NpgsqlTypes;
using Tollgate.Metering.Ledger;

namespace Tollgate.Postgres.Ledger;

/// <summary>Brings lines to the server with COPY, into a table of this connection's own, and from there into the ledger: what is there already stays.</summary>
internal static class LineCopy
{
    private const string Columns = """
        start, id, part, requests, failures, estimated, interrupted, unpriced, request_id, operation, client, key_id, team, organization,
        model, served_model, provider, status, error, service_tier, duration_us, cost, input, cached_input, cache_creation, cache_creation_1h,
        output, reasoning, audio_input, audio_output, image_input, image_output, images, audio_ms, search_units, web_searches
        """;

    internal const string Prepare = """
        CREATE TEMP TABLE new_lines (LIKE usage_lines INCLUDING DEFAULTS) ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE new_costs (LIKE usage_costs) ON COMMIT DELETE ROWS;
        """;

    // In the order of the key, so that two gateways that write the same lines cannot wait for each other.
    private const string Move = $"INSERT INTO usage_lines ({Columns}) SELECT {Columns} FROM new_lines ORDER BY start, id, part ON CONFLICT DO NOTHING";
    private const string MoveCosts = "INSERT INTO usage_costs SELECT * FROM new_costs ORDER BY start, id, part, name ON CONFLICT DO NOTHING";

    internal static async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<UsageEntry> lines, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var import = await connection.BeginBinaryImportAsync($"COPY new_lines ({Columns}) FROM STDIN (FORMAT BINARY)", cancellation).ConfigureAwait(false);
            await using (import.ConfigureAwait(false))
            {
                foreach (var line in lines) await WriteAsync(import, line, cancellation).ConfigureAwait(false);
                await import.CompleteAsync(cancellation).ConfigureAwait(false);
            }

            await PostgresSchema.RunAsync(connection, Move, cancellation).ConfigureAwait(false);
            if (lines.Any(line => !line.Costs.IsEmpty)) await CopyCostsAsync(connection, lines, cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static async Task CopyCostsAsync(NpgsqlConnection connection, IReadOnlyList<UsageEntry> lines, CancellationToken cancellation)
    {
        var import = await connection.BeginBinaryImportAsync("COPY new_costs (start, id, part, name, value) FROM STDIN (FORMAT BINARY)", cancellation).ConfigureAwait(false);
        await using (import.ConfigureAwait(false))
        {
            foreach (var line in lines)
            {
                foreach (var cost in line.Costs)
                {
                    await import.StartRowAsync(cancellation).ConfigureAwait(false);
                    await import.WriteAsync(line.Start.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation).ConfigureAwait(false);
                    await import.WriteAsync(line.Id, NpgsqlDbType.Uuid, cancellation).ConfigureAwait(false);
                    await import.WriteAsync(line.Part, NpgsqlDbType.Integer, cancellation).ConfigureAwait(false);
                    await import.WriteAsync(cost.Name, NpgsqlDbType.Text, cancellation).ConfigureAwait(false);
                    await LongAsync(import, cost.Value, cancellation).ConfigureAwait(false);
                }
            }

            await import.CompleteAsync(cancellation).ConfigureAwait(false);
        }

        await PostgresSchema.RunAsync(connection, MoveCosts, cancellation).ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter import, UsageEntry line, CancellationToken cancellation)
    {
        var usage = line.Usage;
        await import.StartRowAsync(cancellation).ConfigureAwait(false);
        await import.WriteAsync(line.Start.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation).ConfigureAwait(false);
        await import.WriteAsync(line.Id, NpgsqlDbType.Uuid, cancellation).ConfigureAwait(false);
        await import.WriteAsync(line.Part, NpgsqlDbType.Integer, cancellation).ConfigureAwait(false);
        foreach (var count in (long[])[line.Requests, line.Status >= 400 || line.Error.Length > 0 ? 1 : 0, line.IsEstimated ? 1 : 0, line.IsInterrupted ? 1 : 0, usage.IsKnown && line.Cost is null ? 1 : 0])
        {
            await import.WriteAsync(count, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
        }

        foreach (var text in (string[])[line.RequestId, line.Operation, line.Client, line.KeyId, line.Team, line.Organization, line.Model, line.ServedModel, line.Provider])
        {
            await TextAsync(import, text, cancellation).ConfigureAwait(false);
        }

        await import.WriteAsync(line.Status, NpgsqlDbType.Integer, cancellation).ConfigureAwait(false);
        await TextAsync(import, line.Error, cancellation).ConfigureAwait(false);
        await TextAsync(import, usage.ServiceTier ?? "", cancellation).ConfigureAwait(false);
        await import.WriteAsync(line.Duration.Ticks / TimeSpan.TicksPerMicrosecond, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
        if (line.Cost is { } cost) await import.WriteAsync(cost, NpgsqlDbType.Numeric, cancellation).ConfigureAwait(false);
        else await import.WriteNullAsync(cancellation).ConfigureAwait(false);
        foreach (var count in (long?[])[
            usage.Input, usage.CachedInput, usage.CacheCreation, usage.CacheCreation1h, usage.Output, usage.Reasoning, usage.AudioInput, usage.AudioOutput, usage.ImageInput,
            usage.ImageOutput, usage.Images, usage.AudioSeconds is > 0 and < 1e12 ? (long)Math.Round(usage.AudioSeconds.Value * 1000) : null, usage.SearchUnits, usage.WebSearches])
        {
            await LongAsync(import, count, cancellation).ConfigureAwait(false);
        }
    }

    private static Task LongAsync(NpgsqlBinaryImporter import, long? value, CancellationToken cancellation) =>
        value is { } number ? import.WriteAsync(number, NpgsqlDbType.Bigint, cancellation) : import.WriteNullAsync(cancellation);

    // PostgreSQL's texts hold no zero; a name with one must not keep all others from being written. Nor must half a character.
    private static Task TextAsync(NpgsqlBinaryImporter import, string text, CancellationToken cancellation) =>
        import.WriteAsync(Whole(text), NpgsqlDbType.Text, cancellation);

    private static string Whole(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0', StringComparison.Ordinal)) return text;
        return System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
    }
}
