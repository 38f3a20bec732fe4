using Microsoft.Data.Sqlite;
using Tollgate.Configuration;
using Tollgate.Metering.Ledger;
using Tollgate.Tests.Metering.Ledger;

namespace Tollgate.Sqlite.Tests;

public sealed class SqliteLedgerTests : LedgerContract, IAsyncLifetime
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-sqlite-");
    private SqliteLedger _ledger = null!;

    protected override ILedgerStore Ledger => _ledger;

    private string File => Path.Combine(_folder.FullName, "deep", "ledger.db");

    public async ValueTask InitializeAsync()
    {
        _ledger = new SqliteLedger(File, LedgerDurability.Relaxed);
        await _ledger.OpenAsync(Never);
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_of_a_later_version_is_refused_with_words()
    {
        await ScalarAsync("PRAGMA user_version = 99");
        await using var later = new SqliteLedger(File, LedgerDurability.Relaxed);
        (await Should.ThrowAsync<LedgerException>(async () => await later.OpenAsync(Never))).Message.ShouldContain("later version");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_with_its_name()
    {
        var file = Path.Combine(_folder.FullName, "text.db");
        await System.IO.File.WriteAllTextAsync(file, new string('x', 5000), TestContext.Current.CancellationToken);
        await using var ledger = new SqliteLedger(file, LedgerDurability.Relaxed);
        (await Should.ThrowAsync<LedgerException>(async () => await ledger.OpenAsync(Never))).Message.ShouldContain(file);
    }

    [Fact]
    public void Only_the_owner_can_read_the_file()
    {
        if (!OperatingSystem.IsWindows()) System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    protected override ILedgerStore Another() => new SqliteLedger(File, LedgerDurability.Strict);

    protected override async Task<long> ScalarAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync() is long number ? number : 0;
    }
}
