using Npgsql;
using Tollgate.Tests.Metering.Ledger;

namespace Tollgate.Postgres.Tests;

public sealed class KillTests(PostgresFixture fixture) : KillContract, IAsyncLifetime
{
    private string _url = "";

    protected override string Store => _url;

    public async ValueTask InitializeAsync() => _url = await fixture.NewDatabaseAsync();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    protected override async Task<List<(string Id, string Error, long Tokens)>> LinesAsync()
    {
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Read(_url));
        await using var command = source.CreateCommand("SELECT request_id, error, COALESCE(input, 0) + COALESCE(output, 0) FROM usage_lines WHERE part = 0");
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<(string, string, long)>();
        while (await reader.ReadAsync()) lines.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return lines;
    }
}
