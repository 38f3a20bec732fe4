using Microsoft.Data.Sqlite;
using Tollgate.Configuration;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;

namespace Tollgate.Sqlite;

/// <summary>The ledger in a file, in WAL mode: readers and the one writer do not wait for each other.</summary>
internal sealed class SqliteLedger(string path, LedgerDurability durability) : ILedgerStore
{
    private const long MicrosOfHour = 3_600_000_000;

    private static readonly UsageSql Reports = new(
        "usage_lines",
        bucket => bucket switch
        {
            UsageBucket.Hour => $"(start - start % {MicrosOfHour}) / 1000",
            UsageBucket.Day => $"(start - start % {24 * MicrosOfHour}) / 1000",
            _ => "CAST(strftime('%s', start / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000",
        },
        LineKey.Between,
        "COALESCE(SUM(cost_micro), 0), COALESCE(SUM(cost_pico), 0)",
        (reader, at) => Money.Join(reader.GetInt64(at), reader.GetInt64(at + 1)),
        column => $"COALESCE(SUM({column}), 0)");

    private readonly SemaphoreSlim _writing = new(1);
    private SqliteConnection? _connection;
    private LineInsert? _insert;

    public string Address => "sqlite:" + path;

    public bool KeepsLines => false;

    /// <summary>Microseconds since 1970.</summary>
    internal static long Micros(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public ValueTask OpenAsync(CancellationToken cancellation)
    {
        try
        {
            MakeFile();
            _connection = Connect(SqliteOpenMode.ReadWriteCreate);
            SqliteSchema.Run(_connection, "PRAGMA journal_mode = WAL");
            SqliteSchema.Migrate(_connection, Address);
            _insert = new LineInsert(_connection.Handle!);
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"the ledger {Address} cannot be opened: {e.Message} Name a file that the gateway can write, or write 'ledger: off'.", e);
        }
    }

    public async ValueTask WriteAsync(IReadOnlyList<UsageEntry> lines, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // The file is on this machine: a write is over before another task could have begun.
            _insert!.Begin();
            try
            {
                foreach (var line in lines) _insert.Write(line);
                _insert.Commit();
            }
            catch
            {
                Undo();
                throw;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<long> RollUpAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var transaction = _connection!.BeginTransaction(deferred: false);
            var lines = RollUp.Run(_connection, Micros(before));
            transaction.Commit();
            return lines;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        var connection = Connect(SqliteOpenMode.ReadOnly);
        await using (connection.ConfigureAwait(false))
        {
            var rows = await AskAsync(connection, Reports.Text(query), query, reader => Reports.ReadAsync(reader, query, cancellation), cancellation).ConfigureAwait(false);
            return rows.Count == 0 ? rows : await AskAsync(connection, Reports.CostText(query), query, reader => UsageSql.ReadCostsAsync(rows, reader, query, cancellation), cancellation).ConfigureAwait(false);
        }
    }

    private static async ValueTask<IReadOnlyList<UsageRow>> AskAsync(SqliteConnection connection, string text, UsageQuery query, Func<SqliteDataReader, ValueTask<IReadOnlyList<UsageRow>>> read, CancellationToken cancellation)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = text;
            command.Parameters.AddWithValue("@from", Micros(query.From));
            command.Parameters.AddWithValue("@to", Micros(query.To));
            command.Parameters.AddWithValue("@limit", query.Limit);
            foreach (var (name, value) in UsageSql.Parameters(query)) command.Parameters.AddWithValue(name, value);
            var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false)) return await read(reader).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        _insert?.Dispose();
        if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
    }

    private void Undo()
    {
        try
        {
            SqliteSchema.Run(_connection!, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // After some failures SQLite has done so by itself.
        }
    }

    /// <summary>Who called whom is nobody else's business.</summary>
    private void MakeFile()
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        if (File.Exists(path) || OperatingSystem.IsWindows()) return;
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();

            // Another gateway of this machine may be writing.
            SqliteSchema.Run(connection, "PRAGMA busy_timeout = 5000");
            if (mode != SqliteOpenMode.ReadOnly) SqliteSchema.Run(connection, durability == LedgerDurability.Strict ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
