using Npgsql;
using Tollgate.Configuration;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;

namespace Tollgate.Postgres.Ledger;

/// <summary>The ledger that several gateways share: a table with a partition for each day.</summary>
internal sealed class PostgresLedger : ILedgerStore
{
    private const int DaysAhead = 3;

    private static readonly UsageSql Reports = new(
        "usage_lines",
        bucket => $"(extract(epoch FROM date_trunc('{(bucket == UsageBucket.Hour ? "hour" : bucket == UsageBucket.Day ? "day" : "month")}', start AT TIME ZONE 'UTC')) * 1000)::bigint",
        "start >= @from AND start < @to",
        "round(COALESCE(SUM(cost), 0), 12)",
        (reader, at) => reader.GetDecimal(at),
        column => $"COALESCE(SUM({column}), 0)::bigint");

    private readonly NpgsqlDataSource _source;
    private readonly LedgerDurability _durability;
    private readonly TimeProvider _time;
    private readonly HashSet<DateTime> _days = [];
    private NpgsqlConnection? _writer;

    internal PostgresLedger(NpgsqlConnectionStringBuilder address, LedgerDurability durability, TimeProvider time)
    {
        (_durability, _time) = (durability, time);
        Address = $"postgres://{address.Host}:{address.Port}/{address.Database}";
        _source = NpgsqlDataSource.Create(address);
    }

    public string Address { get; }

    public bool KeepsLines => false;

    public async ValueTask OpenAsync(CancellationToken cancellation)
    {
        try
        {
            var connection = await WriterAsync(cancellation).ConfigureAwait(false);
            await AddDaysAsync(connection, [], cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new LedgerException($"the ledger {Address} cannot be opened: {e.Message} Mend the address or the database, or write 'ledger: off'.", e);
        }
    }

    public async ValueTask WriteAsync(IReadOnlyList<UsageEntry> lines, CancellationToken cancellation)
    {
        try
        {
            var connection = await WriterAsync(cancellation).ConfigureAwait(false);
            await AddDaysAsync(connection, lines, cancellation).ConfigureAwait(false);
            await LineCopy.RunAsync(connection, lines, cancellation).ConfigureAwait(false);
        }
        catch
        {
            // Whatever it was: the next try begins with a connection of its own.
            await HangUpAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask<long> RollUpAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false)) return await RollUp.RunAsync(connection, before, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rows = await AskAsync(Reports.Text(query), query, reader => Reports.ReadAsync(reader, query, cancellation), cancellation).ConfigureAwait(false);
        return rows.Count == 0 ? rows : await AskAsync(Reports.CostText(query), query, reader => UsageSql.ReadCostsAsync(rows, reader, query, cancellation), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyList<UsageRow>> AskAsync(string text, UsageQuery query, Func<NpgsqlDataReader, ValueTask<IReadOnlyList<UsageRow>>> read, CancellationToken cancellation)
    {
        var command = _source.CreateCommand(text);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.AddWithValue("@from", query.From.UtcDateTime);
            command.Parameters.AddWithValue("@to", query.To.UtcDateTime);
            command.Parameters.AddWithValue("@limit", query.Limit);
            foreach (var (name, value) in UsageSql.Parameters(query)) command.Parameters.AddWithValue(name, value);
            var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false)) return await read(reader).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The one connection that writes. A new one brings the schema up to date: the database may have been put back in the meantime.</summary>
    private async ValueTask<NpgsqlConnection> WriterAsync(CancellationToken cancellation)
    {
        if (_writer is { } open) return open;
        var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        try
        {
            _days.Clear();
            await PostgresSchema.MigrateAsync(connection, Address, cancellation).ConfigureAwait(false);
            await PostgresSchema.RunAsync(connection, _durability == LedgerDurability.Strict ? "SET synchronous_commit = on" : "SET synchronous_commit = off", cancellation).ConfigureAwait(false);
            await PostgresSchema.RunAsync(connection, LineCopy.Prepare, cancellation).ConfigureAwait(false);
            return _writer = connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Partitions for these lines, and ahead of time for those of the next days: at midnight nobody waits for one.</summary>
    private async Task AddDaysAsync(NpgsqlConnection connection, IReadOnlyList<UsageEntry> lines, CancellationToken cancellation)
    {
        var today = _time.GetUtcNow().UtcDateTime.Date;
        for (var day = 0; day <= DaysAhead; day++) await AddDayAsync(connection, today.AddDays(day), cancellation).ConfigureAwait(false);
        foreach (var line in lines) await AddDayAsync(connection, line.Start.UtcDateTime.Date, cancellation).ConfigureAwait(false);
    }

    private async ValueTask AddDayAsync(NpgsqlConnection connection, DateTime day, CancellationToken cancellation)
    {
        if (_days.Contains(day)) return;
        await PostgresSchema.AddDayAsync(connection, day, cancellation).ConfigureAwait(false);
        _days.Add(day);
    }

    private async ValueTask HangUpAsync()
    {
        if (_writer is not { } connection) return;
        _writer = null;
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
