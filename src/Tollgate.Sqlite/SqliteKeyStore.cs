using Microsoft.Data.Sqlite;
using Tollgate.Keys;

namespace Tollgate.Sqlite;

/// <summary>Keys in a SQLite file. Gateways of one machine may share it.</summary>
internal sealed class SqliteKeyStore : IKeyStore
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1, 1);
    private SqliteConnection? _connection;
    private long _seen;

    internal SqliteKeyStore(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        _address = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 10 }.ToString();
    }

    public async ValueTask<IReadOnlyList<StoredRecord>?> LoadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Attempt<IReadOnlyList<StoredRecord>>(Read);
        }
        finally
        {
            _one.Release();
        }
    }

    public ValueTask<bool> WriteAsync(StoredRecord record, CancellationToken cancellationToken) => ChangeAsync(
        record.Revision == 1
            ? "INSERT INTO keys (kind, id, revision, value) VALUES (@kind, @id, 1, @value) ON CONFLICT DO NOTHING"
            : "UPDATE keys SET revision = @revision, value = @value WHERE kind = @kind AND id = @id AND revision = @revision - 1",
        record.Kind, record.Id, record.Revision, record.Json, cancellationToken);

    public ValueTask<bool> RemoveAsync(StoredKind kind, string id, long revision, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM keys WHERE kind = @kind AND id = @id AND revision = @revision", kind, id, revision, default, cancellationToken);

    public async Task ChangedAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (Attempt(Version) != _seen) return;
            }
            finally
            {
                _one.Release();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        _one.Dispose();
    }

    private async ValueTask<bool> ChangeAsync(string sql, StoredKind kind, string id, long revision, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Attempt(connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                command.Parameters.AddWithValue("@kind", kind.ToString());
                command.Parameters.AddWithValue("@id", id);
                command.Parameters.AddWithValue("@revision", revision);
                command.Parameters.AddWithValue("@value", value.ToArray());
                return command.ExecuteNonQuery() == 1;
            });
        }
        finally
        {
            _one.Release();
        }
    }

    private List<StoredRecord> Read(SqliteConnection connection)
    {
        _seen = Version(connection);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind, id, revision, value FROM keys";
        using var reader = command.ExecuteReader();
        var records = new List<StoredRecord>();
        while (reader.Read()) records.Add(new StoredRecord(Enum.Parse<StoredKind>(reader.GetString(0)), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
        return records;
    }

    // It counts what other connections have committed.
    private static long Version(SqliteConnection connection) => (long)SqliteSchema.Run(connection, "PRAGMA data_version")!;

    private T Attempt<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            return work(_connection ??= Open());
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException)
        {
            throw new IOException($"the keys in {_path} cannot be had: {e.Message}", e);
        }
    }

    private SqliteConnection Open()
    {
        if (Path.GetDirectoryName(_path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        if (!File.Exists(_path) && !OperatingSystem.IsWindows())
        {
            using var file = new FileStream(_path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }

        var connection = new SqliteConnection(_address);
        try
        {
            connection.Open();
            SqliteSchema.Run(connection, "PRAGMA journal_mode = WAL");
            SqliteSchema.Run(connection, "PRAGMA synchronous = FULL"); // a key that was told must not be lost
            SqliteSchema.Run(connection, "CREATE TABLE IF NOT EXISTS keys (kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

/// <summary><c>keyStore: sqlite:PATH</c>.</summary>
internal sealed class SqliteKeyStoreKind(TimeProvider time) : IKeyStoreKind
{
    public string Scheme => "sqlite";

    public IKeyStore Open(string address) => new SqliteKeyStore(Path.GetFullPath(address["sqlite:".Length..]), time);
}
