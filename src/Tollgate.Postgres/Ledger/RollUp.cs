using Npgsql;

namespace Tollgate.Postgres.Ledger;

/// <summary>Makes old lines into one for each day and each set of names.</summary>
internal static class RollUp
{
    private const string Day = "date_trunc('day', l.start AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'";
    private const string Names = "operation, client, key_id, team, organization, model, served_model, provider";
    private const string Sums = "requests, failures, estimated, interrupted, unpriced, duration_us, cost, input, cached_input, cache_creation, cache_creation_1h, output, reasoning, audio_input, audio_output, image_input, image_output, images, audio_ms, search_units, web_searches";

    private static readonly string Lines = $"""
        CREATE TEMP TABLE old_lines ON COMMIT DROP AS SELECT l.*, {Day} AS day FROM usage_lines l WHERE l.start < @before AND NOT l.rolled;
        CREATE TEMP TABLE sums ON COMMIT DROP AS
          SELECT day AS start, gen_random_uuid() AS id, {Names}, {string.Join(", ", Sums.Split(", ").Select(sum => $"SUM({sum}) AS {sum}"))} FROM old_lines GROUP BY day, {Names};
        CREATE TEMP TABLE cost_sums ON COMMIT DROP AS
          SELECT s.start, s.id, c.name, SUM(c.value) AS value
          FROM usage_costs c JOIN old_lines l USING (start, id, part)
          JOIN sums s ON s.start = l.day AND {string.Join(" AND ", Names.Split(", ").Select(name => $"s.{name} = l.{name}"))}
          GROUP BY s.start, s.id, c.name;
        DELETE FROM usage_costs c USING old_lines l WHERE (c.start, c.id, c.part) = (l.start, l.id, l.part);
        """;

    private const string Delete = "DELETE FROM usage_lines WHERE start < @before AND NOT rolled";

    private static readonly string Insert = $"""
        INSERT INTO usage_lines (start, id, part, rolled, request_id, status, error, service_tier, {Names}, {Sums})
          SELECT start, id, 0, true, '', 0, '', '', {Names}, {Sums} FROM sums;
        INSERT INTO usage_costs (start, id, part, name, value) SELECT start, id, 0, name, value FROM cost_sums;
        """;

    /// <returns>How many lines became sums.</returns>
    internal static async Task<long> RunAsync(NpgsqlConnection connection, DateTimeOffset before, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // Another gateway is at it already, or has been: nothing is left to do then.
            if (await PostgresSchema.RunAsync(connection, $"SELECT pg_try_advisory_xact_lock({PostgresSchema.Lock})", cancellation).ConfigureAwait(false) is not true) return 0;
            await ExecuteAsync(connection, Lines, before, cancellation).ConfigureAwait(false);
            var lines = await ExecuteAsync(connection, Delete, before, cancellation).ConfigureAwait(false);
            if (lines > 0) await ExecuteAsync(connection, Insert, null, cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            return lines;
        }
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, DateTimeOffset? before, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await using (command.ConfigureAwait(false))
        {
            if (before is { } limit) command.Parameters.AddWithValue("@before", limit.UtcDateTime);
            return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
    }
}
