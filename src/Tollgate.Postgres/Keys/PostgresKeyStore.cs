using Npgsql;
using Tollgate.Keys;

namespace Tollgate.Postgres.Keys;

/// <summary>
/// Keys that several gateways share. A change is announced (<c>NOTIFY</c>), and every gateway that listens reads anew; a counter of changes
/// tells one that could not listen for a while that it missed something.
/// </summary>
internal sealed class PostgresKeyStore(NpgsqlConnectionStringBuilder address) : IKeyStore
{
    private const string Schema = """
        SELECT pg_advisory_xact_lock(x'546F6C6C67617465'::bigint);
        CREATE TABLE IF NOT EXISTS tollgate_keys (
          kind text NOT NULL, id text NOT NULL, revision bigint NOT NULL, value bytea NOT NULL, PRIMARY KEY (kind, id)
        );
        CREATE TABLE IF NOT EXISTS tollgate_key_changes (one boolean PRIMARY KEY DEFAULT true CHECK (one), changes bigint NOT NULL);
        INSERT INTO tollgate_key_changes (changes) VALUES (0) ON CONFLICT DO NOTHING;
        """;

    // Counting takes a lock on the counter's line to the end of the transaction, so changes are in one order for all.
    private const string Announce = "UPDATE tollgate_key_changes SET changes = changes + 1; NOTIFY tollgate_keys;";

    // A connection that died without a word is found out by asking.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(address);
    private bool _hasSchema;
    private long _seen = -1;

    public async ValueTask<IReadOnlyList<StoredRecord>?> LoadAsync(CancellationToken cancellationToken) => await AttemptAsync(async () =>
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            _seen = await ChangesAsync(connection, cancellationToken).ConfigureAwait(false); // before what it counts: a change in between is read twice, not missed
            var command = new NpgsqlCommand("SELECT kind, id, revision, value FROM tollgate_keys", connection);
            await using (command.ConfigureAwait(false))
            {
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    var records = new List<StoredRecord>();
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) records.Add(new StoredRecord(Enum.Parse<StoredKind>(reader.GetString(0)), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
                    return records;
                }
            }
        }
    }).ConfigureAwait(false);

    public ValueTask<bool> WriteAsync(StoredRecord record, CancellationToken cancellationToken) => ChangeAsync(
        record.Revision == 1
            ? "INSERT INTO tollgate_keys (kind, id, revision, value) VALUES (@kind, @id, @revision, @value) ON CONFLICT DO NOTHING"
            : "UPDATE tollgate_keys SET revision = @revision, value = @value WHERE kind = @kind AND id = @id AND revision = @revision - 1",
        record.Kind, record.Id, record.Revision, record.Json, cancellationToken);

    public ValueTask<bool> RemoveAsync(StoredKind kind, string id, long revision, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM tollgate_keys WHERE kind = @kind AND id = @id AND revision = @revision", kind, id, revision, null, cancellationToken);

    public Task ChangedAsync(CancellationToken cancellationToken) => AttemptAsync(async () =>
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await RunAsync(connection, "LISTEN tollgate_keys", cancellationToken).ConfigureAwait(false);
            while (await ChangesAsync(connection, cancellationToken).ConfigureAwait(false) == _seen) await connection.WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, "UNLISTEN *", cancellationToken).ConfigureAwait(false);
            return true;
        }
    });

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async ValueTask<bool> ChangeAsync(string sql, StoredKind kind, string id, long revision, ReadOnlyMemory<byte>? value, CancellationToken cancellationToken) => await AttemptAsync(async () =>
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var command = new NpgsqlCommand(sql, connection, transaction);
                await using (command.ConfigureAwait(false))
                {
                    command.Parameters.AddWithValue("kind", kind.ToString());
                    command.Parameters.AddWithValue("id", id);
                    command.Parameters.AddWithValue("revision", revision);
                    if (value is { } bytes) command.Parameters.AddWithValue("value", bytes.ToArray());
                    if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0) return false;
                }

                await RunAsync(connection, Announce, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
        }
    }).ConfigureAwait(false);

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (_hasSchema) return connection;
        try
        {
            await RunAsync(connection, Schema, cancellationToken).ConfigureAwait(false);
            _hasSchema = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<long> ChangesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("SELECT changes FROM tollgate_key_changes", connection);
        await using (command.ConfigureAwait(false)) return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> AttemptAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new IOException($"the keys at {address.Host}:{address.Port}/{address.Database} cannot be had: {e.Message}", e);
        }
    }
}

/// <summary><c>keyStore: postgres://…</c>.</summary>
internal sealed class PostgresKeyStoreKind : IKeyStoreKind
{
    public string Scheme => "postgres";

    public IKeyStore Open(string address) => new PostgresKeyStore(PostgresUrl.Read(address));
}
