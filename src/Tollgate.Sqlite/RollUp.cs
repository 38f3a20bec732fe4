using Microsoft.Data.Sqlite;

namespace Tollgate.Sqlite;

/// <summary>Makes old lines into one for each day and each set of names, in a transaction of the caller.</summary>
internal static class RollUp
{
    private const string Day = "start - start % 86400000000";
    private const string Names = "operation, client, key_id, team, organization, model, served_model, provider";
    private const string Sums = "requests, failures, estimated, interrupted, unpriced, duration_us, cost_micro, cost_pico, input, cached_input, cache_creation, cache_creation_1h, output, reasoning, audio_input, audio_output, image_input, image_output, images, audio_ms, search_units, web_searches";

    // A temporary table, because what is inserted must not be among what is deleted. The ids of sums are random: they stand for many.
    private static readonly string Lines = $"""
        DROP TABLE IF EXISTS temp.rolled_lines;
        CREATE TEMP TABLE rolled_lines AS
          SELECT {Day} AS start, randomblob(16) AS id, {Names}, {string.Join(", ", Sums.Split(", ").Select(sum => $"SUM({sum}) AS {sum}"))}
          FROM usage_lines WHERE {LineKey.Before()} AND rolled = 0 GROUP BY {Day}, {Names};
        DROP TABLE IF EXISTS temp.rolled_costs;
        CREATE TEMP TABLE rolled_costs AS
          SELECT r.start AS start, r.id AS id, c.name AS name, SUM(c.value) AS value
          FROM usage_costs c JOIN usage_lines l USING (start, id, part)
          JOIN rolled_lines r ON r.start = l.start - l.start % 86400000000 AND {string.Join(" AND ", Names.Split(", ").Select(name => $"r.{name} = l.{name}"))}
          WHERE {LineKey.Before("l.")} AND l.rolled = 0 GROUP BY r.start, r.id, c.name;
        DELETE FROM usage_costs WHERE (start, id, part) IN (SELECT start, id, part FROM usage_lines WHERE {LineKey.Before()} AND rolled = 0);
        """;

    private static readonly string Delete = $"DELETE FROM usage_lines WHERE {LineKey.Before()} AND rolled = 0";

    // Sums of a day are at its beginning, after those that were made of it before: no other lines of it are left.
    private static readonly string Insert = $"""
        INSERT INTO usage_lines (line, start, id, part, rolled, request_id, status, error, service_tier, {Names}, {Sums})
          SELECT COALESCE((SELECT MAX(line) FROM usage_lines AS u WHERE u.line >= r.start << {LineKey.Bits} AND u.line < (r.start + 86400000000) << {LineKey.Bits}), start << {LineKey.Bits})
              + row_number() OVER (PARTITION BY start),
            start, id, 0, 1, '', 0, '', '', {Names}, {Sums} FROM rolled_lines AS r;
        INSERT INTO usage_costs (start, id, part, name, value) SELECT start, id, 0, name, value FROM rolled_costs;
        DROP TABLE rolled_lines;
        DROP TABLE rolled_costs;
        """;

    /// <returns>How many lines became sums.</returns>
    internal static long Run(SqliteConnection connection, long before)
    {
        Execute(connection, Lines, before);
        var lines = Execute(connection, Delete, before);
        Execute(connection, Insert, null);
        return lines;
    }

    private static int Execute(SqliteConnection connection, string sql, long? before)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (before is { } limit) command.Parameters.AddWithValue("@before", limit);
        return command.ExecuteNonQuery();
    }
}
