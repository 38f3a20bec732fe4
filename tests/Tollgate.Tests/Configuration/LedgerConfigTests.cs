using System.Text;
using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class LedgerConfigTests
{
    private const string Rest = "providers: { simulator: {} }\nmodels: { m: simulator }\n";

    [Theory]
    [InlineData("", null, null)]
    [InlineData("ledger: off\n", "off", null)]
    [InlineData("ledger: sqlite\n", "sqlite", null)]
    [InlineData("ledger: sqlite:/var/lib/l.db\n", "sqlite", "/var/lib/l.db")]
    [InlineData("ledger: { store: postgres://me:pw@db.example/usage }\n", "postgres", null)]
    public void A_ledger_is_an_address_or_a_map(string text, string? kind, string? path)
    {
        var ledger = Loading.Config(text + Rest).Ledger;
        (ledger?.Kind, ledger?.Path).ShouldBe((kind, path));
    }

    [Fact]
    public void What_is_written_is_in_the_record()
    {
        var config = Loading.Config("ledger: { store: sqlite:l.db, durability: strict, retention: 90d, queue: 100, maxWait: 1s }\nstateDir: /s\n" + Rest);
        config.StateDir.ShouldBe("/s");
        config.Ledger.ShouldBe(new LedgerConfig
        {
            Kind = "sqlite",
            Path = Path.GetFullPath("l.db"),
            Durability = LedgerDurability.Strict,
            Retention = TimeSpan.FromDays(90),
            Queue = 100,
            MaxWait = TimeSpan.FromSeconds(1),
        });
    }

    [Theory]
    [InlineData("ledger: mysql://x/y\n", "t.yaml:1:9", "postgres://")]
    [InlineData("ledger: postgres://user:geheim@/\n", "t.yaml:1:9", "postgres://")]
    [InlineData("ledger: { store: sqlite, durability: total }\n", "t.yaml:1:38", "relaxed, strict")]
    [InlineData("ledger: { store: sqlite, retention: 12h }\n", "t.yaml:1:37", "90d")]
    [InlineData("ledger: { durability: strict }\n", "t.yaml:1", "store")]
    [InlineData("ledger: { store: sqlite, queue: 1 }\n", "t.yaml:1:33", "16")]
    public void What_cannot_be_says_where_and_what_belongs_there(string text, string place, string mend)
    {
        var problem = Loading.Problems(text + Rest).ShouldHaveSingleItem();
        problem.ShouldStartWith(place);
        problem.ShouldContain(mend);
        problem.ShouldNotContain("geheim");
    }

    [Fact]
    public void The_admin_port_shows_it_without_user_and_password()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ConfigDump.Write(json, Loading.Config("ledger: postgres://me:geheim@db.example:5433/usage?sslmode=require&password=geheim\n" + Rest));
        var text = Encoding.UTF8.GetString(stream.ToArray());
        text.ShouldContain("\"postgres://db.example:5433/usage\"");
        text.ShouldNotContain("geheim");
        text.ShouldNotContain("me:");
    }
}
