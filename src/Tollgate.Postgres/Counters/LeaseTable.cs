using System.Data;
using Npgsql;

namespace Tollgate.Postgres.Counters;

/// <summary>
/// Leases and uses in PostgreSQL. One transaction renews a lease, and those of one counter come one after the other (an advisory lock), so that what
/// is used and leased together is never more than the limit. A lease whose time is over counts no more, nor do reservations of its gateway; what
/// that gateway had settled goes on counting.
/// </summary>
internal sealed class LeaseTable : IAsyncDisposable
{
    /// <summary>A gateway that dies holds what it has leased for so long.</summary>
    internal static readonly TimeSpan UsualLife = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _source;
    private readonly Guid _gateway;
    private readonly string _uses;
    private readonly string _leases;

    /// <param name="source">The database. Taken over.</param>
    /// <param name="prefix">Names of tables begin with it.</param>
    /// <param name="gateway">This gateway, unique for each start.</param>
    internal LeaseTable(NpgsqlDataSource source, string prefix, Guid gateway)
    {
        (_source, _gateway) = (source, gateway);
        (_uses, _leases) = ($"\"{prefix}_uses\"", $"\"{prefix}_leases\"");
    }

    /// <summary>How long a lease is.</summary>
    internal TimeSpan Life { get; init; } = UsualLife;

    /// <summary>Makes the tables where they are missing, and reads the database's time.</summary>
    /// <exception cref="NpgsqlException">The database cannot be asked.</exception>
    internal async Task<DateTime> EnsureAsync(CancellationToken cancellation)
    {
        var batch = _source.CreateBatch();
        await using var disposing = batch.ConfigureAwait(false);
        Add(batch, "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", _leases);
        Add(batch, $"CREATE TABLE IF NOT EXISTS {_uses} (bucket text NOT NULL, slot bigint NOT NULL, gateway uuid NOT NULL, settled bigint NOT NULL, held bigint NOT NULL, forget timestamptz NOT NULL, PRIMARY KEY (bucket, slot, gateway))");
        Add(batch, $"CREATE TABLE IF NOT EXISTS {_leases} (bucket text NOT NULL, gateway uuid NOT NULL, rest bigint NOT NULL, expires timestamptz NOT NULL, PRIMARY KEY (bucket, gateway))");
        Add(batch, "SELECT clock_timestamp()");
        var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using var reading = reader.ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false); // statements that make tables have no result of their own
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return reader.GetDateTime(0);
    }

    /// <summary>Reports what was used, and renews the lease.</summary>
    /// <exception cref="NpgsqlException">The database cannot be asked, or took too long.</exception>
    internal async Task<LeaseGrant> RenewAsync(LeaseReport report, CancellationToken cancellation)
    {
        var batch = _source.CreateBatch();
        await using var disposing = batch.ConfigureAwait(false);
        Add(batch, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", report.Bucket);
        foreach (var use in report.Uses)
        {
            Add(batch, $"INSERT INTO {_uses} VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (bucket, slot, gateway) DO UPDATE SET settled = excluded.settled, held = excluded.held",
                report.Bucket, use.Slot, _gateway, use.Settled, use.Held, use.Forget);
        }

        // A slice is a twentieth of the limit, or a quarter of what is free: the closer the end, the less lies idle at other gateways.
        Add(batch, $"""
            WITH others AS (SELECT gateway, rest FROM {_leases} WHERE bucket = $1 AND gateway <> $2 AND expires > clock_timestamp()),
            used AS (SELECT coalesce(sum(settled + CASE WHEN gateway = $2 OR gateway IN (SELECT gateway FROM others) THEN held ELSE 0 END), 0) AS amount
                FROM {_uses} WHERE bucket = $1 AND slot >= $3),
            room AS (SELECT greatest(0, $4 - amount - coalesce((SELECT sum(rest) FROM others), 0))::bigint AS free FROM used)
            INSERT INTO {_leases}
            SELECT $1, $2, greatest($5, least(free, greatest($6, CASE WHEN $7 THEN least($4 / 20, free / 4) ELSE 0 END))), clock_timestamp() + $8 FROM room
            ON CONFLICT (bucket, gateway) DO UPDATE SET rest = excluded.rest, expires = excluded.expires
            RETURNING rest, (SELECT free FROM room), clock_timestamp()
            """, report.Bucket, _gateway, report.OldestSlot, report.Limit, report.Keep, report.Need, report.WantsMore, Life);
        AddTaken(batch, report.Bucket, report.OldestSlot);
        var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using var reading = reader.ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false); // the lock's
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        var (rest, free, now) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetDateTime(2));
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        return new LeaseGrant(rest, Math.Max(0, free - rest), await TakenAsync(reader, cancellation).ConfigureAwait(false), now);
    }

    /// <summary>What all gateways have used of a counter, by slot.</summary>
    /// <exception cref="NpgsqlException">The database cannot be asked, or took too long.</exception>
    internal async Task<IReadOnlyDictionary<long, long>> ReadAsync(string bucket, long oldestSlot, CancellationToken cancellation)
    {
        var batch = _source.CreateBatch();
        await using var disposing = batch.ConfigureAwait(false);
        AddTaken(batch, bucket, oldestSlot);
        var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using var reading = reader.ConfigureAwait(false);
        return await TakenAsync(reader, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes what nobody needs to know any more.</summary>
    /// <exception cref="NpgsqlException">The database cannot be asked, or took too long.</exception>
    internal async Task ForgetAsync(CancellationToken cancellation)
    {
        var batch = _source.CreateBatch();
        await using var disposing = batch.ConfigureAwait(false);
        Add(batch, $"DELETE FROM {_uses} WHERE forget < clock_timestamp()");
        Add(batch, $"DELETE FROM {_leases} WHERE expires < clock_timestamp() - interval '1 hour'");
        await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private void AddTaken(NpgsqlBatch batch, string bucket, long oldestSlot) => Add(batch, $"""
        SELECT slot, sum(settled + CASE WHEN EXISTS (SELECT FROM {_leases} l WHERE l.bucket = $1 AND l.gateway = u.gateway AND l.expires > clock_timestamp()) THEN held ELSE 0 END)::bigint
        FROM {_uses} u WHERE bucket = $1 AND slot >= $2 GROUP BY slot
        """, bucket, oldestSlot);

    private static async Task<IReadOnlyDictionary<long, long>> TakenAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var taken = new Dictionary<long, long>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) taken[reader.GetInt64(0)] = reader.GetInt64(1);
        return taken;
    }

    private static void Add(NpgsqlBatch batch, string text, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value, Direction = ParameterDirection.Input });
        batch.BatchCommands.Add(command);
    }
}
