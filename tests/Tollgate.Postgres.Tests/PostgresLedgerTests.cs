using Npgsql;
using Tollgate.Configuration;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;
using Tollgate.Postgres.Ledger;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Metering.Ledger;

namespace Tollgate.Postgres.Tests;

public sealed class PostgresLedgerTests(PostgresFixture fixture) : LedgerContract, IAsyncLifetime
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly ManualTime _time = new(); // the first of January 2026
    private string _url = "";
    private PostgresLedger _ledger = null!;

    protected override ILedgerStore Ledger => _ledger;

    public async ValueTask InitializeAsync()
    {
        _url = await fixture.NewDatabaseAsync();
        _ledger = Open();
        await _ledger.OpenAsync(Never);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ledger is not null) await _ledger.DisposeAsync();
    }

    [Fact]
    public async Task Each_day_has_a_partition_and_those_of_the_next_days_are_there_before_them()
    {
        (await DaysAsync()).ShouldBe(["20260101", "20260102", "20260103", "20260104"]);
        await _ledger.WriteAsync([Line(new DateTimeOffset(2026, 6, 7, 8, 9, 0, TimeSpan.Zero), 1, 1)], Never);
        _time.Advance(TimeSpan.FromDays(1));
        await _ledger.WriteAsync([], Never);
        (await DaysAsync()).ShouldBe(["20260101", "20260102", "20260103", "20260104", "20260105", "20260607"]);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines_20260607")).ShouldBe(1);
    }

    [Fact]
    public async Task A_database_that_later_version_has_written_is_refused_with_words()
    {
        await ScalarAsync("UPDATE tollgate_ledger_version SET version = 99");
        await using var later = Open();
        (await Should.ThrowAsync<LedgerException>(async () => await later.OpenAsync(Never))).Message.ShouldContain("later version");
    }

    [Fact]
    public async Task What_cannot_be_reached_is_told_without_its_password()
    {
        await using var nowhere = new PostgresLedger(PostgresUrl.Read("postgres://me:geheim@127.0.0.1:1/usage"), LedgerDurability.Relaxed, TimeProvider.System);
        var failure = await Should.ThrowAsync<LedgerException>(async () => await nowhere.OpenAsync(Never));
        failure.Message.ShouldContain("postgres://127.0.0.1:1/usage");
        failure.ToString().ShouldNotContain("geheim");
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_anew_and_no_line_is_there_twice()
    {
        var line = Line(new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero), 5, 1);
        await _ledger.WriteAsync([line], Never);
        await ScalarAsync("SELECT COUNT(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await Should.ThrowAsync<NpgsqlException>(async () => await _ledger.WriteAsync([line], Never));
        await _ledger.WriteAsync([line, Line(line.Start, 7, 1)], Never);
        (await ScalarAsync("SELECT COUNT(*) FROM usage_lines")).ShouldBe(2);
    }

    [Fact]
    public async Task Of_two_gateways_that_roll_up_at_once_one_does()
    {
        var start = new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);
        await _ledger.WriteAsync([.. Enumerable.Range(0, 500).Select(i => Line(start.AddMinutes(i), 1, 1))], Never);
        await using var other = Open();
        await other.OpenAsync(Never);
        var rolled = await Task.WhenAll(_ledger.RollUpAsync(start.AddDays(2), Never).AsTask(), other.RollUpAsync(start.AddDays(2), Never).AsTask());
        rolled.Sum().ShouldBe(500);
        var query = new UsageQuery { From = start.AddDays(-1), To = start.AddDays(5) };
        (await other.QueryAsync(query, Never)).ShouldHaveSingleItem().Requests.ShouldBe(500);
    }

    [Theory]
    [InlineData("postgres://me:a%2Fb@db.my.org:6432/usage?sslmode=verify-full", "db.my.org", 6432, "usage", "me", "a/b")]
    [InlineData("postgresql://[::1]/u", "::1", 5432, "u", null, null)]
    public void An_address_is_read_as_libpq_reads_it(string url, string host, int port, string database, string? user, string? password)
    {
        var read = PostgresUrl.Read(url);
        (read.Host, read.Port, read.Database, read.Username, read.Password).ShouldBe((host, port, database, user, password));
    }

    [Fact]
    public void A_parameter_that_is_not_known_is_named_without_its_value()
    {
        var failure = Should.Throw<LedgerException>(() => PostgresUrl.Read("postgres://h/d?colour=geheim"));
        failure.Message.ShouldContain("colour");
        failure.Message.ShouldNotContain("geheim");
    }

    protected override ILedgerStore Another() => Open();

    protected override async Task<long> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Read(_url));
        await using var command = source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    private PostgresLedger Open() => new(PostgresUrl.Read(_url), LedgerDurability.Relaxed, _time);

    private async Task<List<string>> DaysAsync()
    {
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Read(_url));
        await using var command = source.CreateCommand("SELECT right(relid::text, 8) FROM pg_partition_tree('usage_lines') WHERE isleaf ORDER BY 1");
        await using var reader = await command.ExecuteReaderAsync();
        var days = new List<string>();
        while (await reader.ReadAsync()) days.Add(reader.GetString(0));
        return days;
    }
}
