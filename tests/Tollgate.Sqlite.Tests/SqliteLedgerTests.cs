using Microsoft.Data.Sqlite;
using Tollgate.Configuration;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;
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

    [Fact]
    public async Task Lines_whose_places_are_the_same_are_all_kept_and_none_twice()
    {
        UsageEntry[] lines = [.. Enumerable.Range(0, 8).SelectMany(i => new[] { Twin(i), Twin(i) with { Part = 1 } })];
        await Ledger.WriteAsync(lines, Never);
        await Ledger.WriteAsync(lines.Reverse().ToArray(), Never);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines")).ShouldBe(lines.Length);
        (await ScalarAsync("SELECT SUM(input) FROM usage_lines")).ShouldBe(lines.Sum(l => l.Usage.Input!.Value));
    }

    [Fact]
    public async Task A_file_of_the_first_version_keeps_its_lines_and_knows_them()
    {
        await _ledger.DisposeAsync();
        System.IO.File.Delete(File);
        await using (var former = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await former.OpenAsync(TestContext.Current.CancellationToken);
            SqliteSchema.Run(former, SqliteSchema.First);
            SqliteSchema.Run(former, "PRAGMA user_version = 1");
            for (var i = 0; i < 6; i++) SqliteSchema.Run(former, Insert(Twin(i), isSum: false));
            for (var i = 0; i < 3; i++) SqliteSchema.Run(former, Insert(Twin(i) with { Start = Instant.AddDays(-40), RequestId = "" }, isSum: true));
        }

        _ledger = new SqliteLedger(File, LedgerDurability.Relaxed);
        await _ledger.OpenAsync(Never);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines")).ShouldBe(9);
        await Ledger.WriteAsync([.. Enumerable.Range(0, 7).Select(Twin)], Never);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines")).ShouldBe(10);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines WHERE line / 1024 <> start")).ShouldBe(0);
        var rows = await Ledger.QueryAsync(new UsageQuery { From = Instant, To = Instant.AddMicroseconds(1) }, Never);
        rows.ShouldHaveSingleItem().Requests.ShouldBe(7);
    }

    private static readonly DateTimeOffset Instant = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    /// <summary>Of gateways that begin a request in the same microsecond, each the same one of its own.</summary>
    private static UsageEntry Twin(int gateway) => new()
    {
        Id = new Guid([(byte)(gateway + 1), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 7], bigEndian: true),
        RequestId = "r" + gateway,
        Start = Instant,
        Usage = new() { Input = gateway + 1 },
    };

    private static string Insert(UsageEntry line, bool isSum) => FormattableString.Invariant($"""
        INSERT INTO usage_lines (start, id, part, requests, failures, estimated, interrupted, unpriced, rolled, request_id, operation, client, key_id, team, organization,
          model, served_model, provider, status, error, service_tier, input)
        VALUES ({SqliteLedger.Micros(line.Start)}, x'{Convert.ToHexString(line.Id.ToByteArray(bigEndian: true))}', {line.Part}, 1, 0, 0, 0, 0, {(isSum ? 1 : 0)}, '{line.RequestId}',
          '', '', '', '', '', '', '', '', 200, '', '', {line.Usage.Input})
        """);

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
