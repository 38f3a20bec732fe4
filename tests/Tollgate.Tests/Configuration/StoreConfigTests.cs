using System.Text;
using System.Text.Json;
using Tollgate.Configuration;
using Tollgate.Configuration.Values;

namespace Tollgate.Tests.Configuration;

/// <summary>Shared stores, as they are written.</summary>
public sealed class StoreConfigTests
{
    private const string Rest = "providers: { ollama: {} }\nmodels: { m: ollama }\n";

    [Fact]
    public void An_address_alone_says_everything()
    {
        var counters = Counters("rediss://gate:p%40ss@cache.my.org:6380/2");
        counters.Kind.ShouldBe(CounterStoreKind.Redis);
        counters.Tls.ShouldBeTrue();
        counters.Addresses.ShouldBe([new StoreAddress("cache.my.org", 6380)]);
        counters.User.ShouldBe("gate");
        counters.Password!.Value!.Reveal().ShouldBe("p@ss");
        counters.Database.ShouldBe("2");
        (counters.Outage, counters.Share, counters.Timeout, counters.Prefix).ShouldBe((StoreOutage.Local, 0.25m, TimeSpan.FromMilliseconds(500), "tollgate"));
    }

    [Fact]
    public void Everything_that_can_be_written_is_read()
    {
        var counters = Loading.Config(Rest + """
            stores:
              counters: { url: "redis+cluster://a,b:7000,[::1]:7001", password: "${PW}", prefix: blue, timeout: 2s, outage: closed, share: 0.5 }
            """, ("PW", "geheim")).Stores.Counters.ShouldNotBeNull();
        counters.Kind.ShouldBe(CounterStoreKind.RedisCluster);
        counters.Addresses.ShouldBe([new StoreAddress("a", 6379), new StoreAddress("b", 7000), new StoreAddress("::1", 7001)]);
        counters.Password!.Value!.Reveal().ShouldBe("geheim");
        (counters.Outage, counters.Share, counters.Timeout, counters.Prefix).ShouldBe((StoreOutage.Closed, 0.5m, TimeSpan.FromSeconds(2), "blue"));
    }

    [Fact]
    public void A_password_may_lie_in_a_file()
    {
        var file = Path.GetFullPath("redis.pw");
        var config = ConfigLoader.Parse(Rest + "stores: { counters: { url: redis://cache, password: { file: redis.pw } } }", "t.yaml", Loading.WithFile(file, "geheim")).Config;
        config.ShouldNotBeNull().Stores.Counters!.Password!.File.ShouldBe(file);
    }

    [Theory]
    [InlineData("redis://:geheim@a:1", null, "geheim", "a:1", null)]
    [InlineData("redis://a", null, null, "a:6379", null)]
    [InlineData("redis://a/", null, null, "a:6379", null)]
    [InlineData("postgresql://me@db/usage", "me", null, "db:5432", "usage")]
    [InlineData("redis+cluster://u:p@a:1,b:2", "u", "p", "a:1 b:2", null)]
    public void Addresses_have_parts_that_may_be_left_out(string text, string? user, string? password, string addresses, string? database)
    {
        var url = StoreUrl.Parse(text, out var complaint).ShouldNotBeNull(complaint);
        (url.User, url.Password, url.Database).ShouldBe((user, password, database));
        string.Join(' ', url.Addresses.Select(a => $"{a.Host}:{a.Port}")).ShouldBe(addresses);
    }

    [Theory]
    [InlineData("cache:6379", "this is no address of a store: write an address such as redis://cache:6379/0")]
    [InlineData("http://cache", "this is no address of a store")]
    [InlineData("redis://", "every host is a name or an address")]
    [InlineData("redis://:geheim@cache:0", "every host is a name or an address")]
    [InlineData("redis://a,b", "several hosts make a cluster: write redis+cluster://")]
    [InlineData("redis://a/x", "the path is the number of the database, such as /0")]
    [InlineData("redis+cluster://a/1", "a cluster has no other database than 0")]
    [InlineData("redis://a/0?x=y", "settings are keys of their own")]
    public void A_mistake_is_named_with_its_mend_and_without_the_password(string url, string problem)
    {
        var problems = Loading.Problems(Rest + $"stores: {{ counters: \"{url}\" }}");
        problems.ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));
        problems.ShouldNotContain(p => p.Contains("geheim", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ url: \"redis://:a@cache\", password: b }", "two passwords: leave the one in url: out")]
    [InlineData("{ url: redis://cache, outage: half }", "must be one of local, open, closed")]
    [InlineData("{ url: redis://cache, share: 2 }", "must be a number from 0 to 1")]
    [InlineData("{ url: redis://cache, prefix: a b }", "prefix")]
    [InlineData("{ url: redis://cache, ca: x.pem }", "write rediss://")]
    [InlineData("{ outage: open }", "needs url")]
    public void Settings_that_do_not_fit_are_named(string counters, string problem) =>
        Loading.Problems(Rest + $"stores: {{ counters: {counters} }}").ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void The_dump_shows_where_and_never_who()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ConfigDump.Write(json, Loading.Config(Rest + "stores: { counters: \"rediss://gate:geheim@cache/3\" }"));
        var text = Encoding.UTF8.GetString(stream.ToArray());
        text.ShouldNotContain("geheim");
        using var document = JsonDocument.Parse(text);
        document.RootElement.GetProperty("stores").GetProperty("counters").GetRawText()
            .ShouldBe("""{"url":"rediss://cache:6379/3","password":"[redacted]","prefix":"tollgate","timeout":"500ms","outage":"local","share":0.25}""");
    }

    private static CounterStoreConfig Counters(string url) => Loading.Config(Rest + $"stores: {{ counters: \"{url}\" }}").Stores.Counters.ShouldNotBeNull();
}
