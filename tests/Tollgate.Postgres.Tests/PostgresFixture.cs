using Npgsql;
using Tollgate.Postgres.Tests;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Tollgate.Postgres.Tests;

/// <summary>One server for all tests, with a database for each.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private PostgresServer? _server;
    private int _databases;

    /// <summary>The address of a new, empty database.</summary>
    internal async Task<string> NewDatabaseAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _server ??= await PostgresServer.StartAsync();
            var name = $"d{++_databases}";
            await using var source = NpgsqlDataSource.Create(_server.ConnectionString);
            await using var command = source.CreateCommand($"CREATE DATABASE {name}");
            await command.ExecuteNonQueryAsync();
            return _server.Url.Replace("/postgres", "/" + name, StringComparison.Ordinal).Replace("//" + name, "//postgres", StringComparison.Ordinal);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _gate.Dispose();
    }
}
