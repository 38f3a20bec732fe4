using Microsoft.Data.Sqlite;
using Tollgate.Tests.Metering.Ledger;

namespace Tollgate.Sqlite.Tests;

public sealed class KillTests : KillContract
{
    protected override string Store => "sqlite:ledger.db";

    protected override async Task<List<(string Id, string Error, long Tokens)>> LinesAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "ledger.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT request_id, error, COALESCE(input, 0) + COALESCE(output, 0) FROM usage_lines WHERE part = 0";
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<(string, string, long)>();
        while (await reader.ReadAsync()) lines.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return lines;
    }
}
