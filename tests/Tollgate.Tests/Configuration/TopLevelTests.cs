using System.Security.Cryptography;
using System.Text;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class TopLevelTests
{
    private const string Rest = "providers: { simulator: {} }\nmodels: { m: simulator }\n";

    private const string Key = "0123456789abcdef";

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        var config = Loading.Config(Rest);
        config.Listen.ShouldBe([ListenAddress.DefaultClients]);
        config.Admin.ShouldBe(ListenAddress.DefaultAdmin);
        config.MaxRequestBody.ShouldBe(64L << 20);
        config.MaxUpload.ShouldBe(1L << 30);
        config.Prefixes.ShouldBe(new PrefixConfig());
        config.AccessLog.ShouldBe(new AccessLogConfig());
        config.Source.ShouldBe("t.yaml");
    }

    [Fact]
    public void What_is_written_is_in_the_record()
    {
        var config = Loading.Config(
            "listen: [127.0.0.1:0, '[::1]:81']\nadmin: localhost:82\ndefault: simulator\nmaxRequestBody: 1MB\nmaxUpload: 2GB\nprefixes: { openai: /o/v1 }\n"
            + "retry: { attempts: 1, deadline: 2m, maxWait: 10s }\naccessLog: { enabled: false, bodies: true }\nallowAnonymous: true\n" + Rest);
        config.Listen.Select(address => address.ToString()).ShouldBe(["127.0.0.1:0", "[::1]:81"]);
        config.Admin.ToString().ShouldBe("localhost:82");
        config.Default.ShouldBe("simulator");
        config.MaxRequestBody.ShouldBe(1L << 20);
        config.MaxUpload.ShouldBe(2L << 30);
        config.Prefixes.ShouldBe(new PrefixConfig(OpenAI: "/o/v1"));
        config.Retry.ShouldBe(new RetryConfig(1, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(10)));
        config.AccessLog.ShouldBe(new AccessLogConfig(Enabled: false, Bodies: true));
        config.AllowAnonymous.ShouldBeTrue();
    }

    [Theory]
    [InlineData("listen: '*:1975'\n", "t.yaml:1:9: *:1975 can be reached from other machines")]
    [InlineData("listen: [127.0.0.1:1975, 10.0.0.1:1975]\n", "t.yaml:1:26: 10.0.0.1:1975 can be reached from other machines")]
    [InlineData("listen: '*:1975'\nclients: {}\n", "t.yaml:1:9: *:1975 can be reached from other machines")]
    [InlineData("listen: '*:1975'\nallowAnonymous: false\n", "t.yaml:1:9: *:1975 can be reached from other machines")]
    public void Listening_beyond_this_machine_without_clients_is_an_error_that_names_both_mends(string text, string problem)
    {
        var found = Loading.Problems(text + Rest).ShouldHaveSingleItem();
        found.ShouldStartWith(problem);
        found.ShouldContain("clients:");
        found.ShouldContain("allowAnonymous: true");
    }

    [Theory]
    [InlineData("listen: '*:1975'\nallowAnonymous: true\n")]
    [InlineData("listen: '*:1975'\nclients: { a: { key: 0123456789abcdef } }\n")]
    public void Listening_beyond_this_machine_is_fine_when_it_is_meant(string text) => Loading.Problems(text + Rest).ShouldBeEmpty();

    [Theory]
    [InlineData("listen: 127.0.0.1:1064\n", "is on the port of listen")]
    [InlineData("listen: [127.0.0.1:5, 127.0.0.1:5]\n", "127.0.0.1:5 is listed twice")]
    [InlineData("listen: []\n", "listen is empty")]
    [InlineData("listen: example.com:80\n", "t.yaml:1:9: listen must be an address to listen on")]
    [InlineData("listen: { port: 80 }\n", "listen needs address: an address to listen on")]
    [InlineData("prefixes: { openai: /v1, anthropic: /v1 }\n", "two prefixes are alike")]
    [InlineData("prefixes: { openai: v1 }\n", "prefixes.openai must be a path such as /v1, not 'v1'")]
    [InlineData("allowAnonymous: yes\n", "allowAnonymous must be true or false, not 'yes'")]
    [InlineData("retry: { attempts: 0 }\n", "retry.attempts must be a whole number of at least 1, not '0'")]
    [InlineData("lisen: 80\n", "t.yaml:1:1: unknown key 'lisen'; did you mean 'listen'?")]
    [InlineData("zzz: 80\n", "t.yaml:1:1: unknown key 'zzz': the keys here are listen, admin, providers")]
    [InlineData("timeouts: {}\n", "'timeouts' does not belong here: time-outs belong to a provider")]
    public void A_mistake_is_named_with_its_mend(string text, string expected)
    {
        var result = Loading.Load(text + Rest);
        result.Config.ShouldBeNull();
        string.Join('\n', result.Problems).ShouldContain(expected);
    }

    [Fact]
    public void A_misspelt_key_is_one_mistake_and_not_a_missing_one_besides() =>
        Loading.Problems("provders: { simulator: {} }\nmodels: {}\n").Where(problem => !problem.Contains("warning")).ShouldBe(["t.yaml:1:1: unknown key 'provders'; did you mean 'providers'?"]);

    [Fact]
    public void A_file_without_providers_says_so() => Loading.Problems("models: {}\n")[0].ShouldBe("t.yaml:1:1: providers: is missing");

    [Fact]
    public void Attempts_and_waits_are_read()
    {
        var retry = Loading.Config("retry: { attempts: 5, deadline: 30s, maxWait: 2s }\n" + Rest).Retry;
        retry.ShouldBe(new RetryConfig(5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_clients_key_is_hashed_and_not_kept()
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Key));
        var clients = Loading.Config($"clients: {{ a: {{ key: \"${{K}}\" }} }}\n{Rest}", ("K", Key)).Clients;
        clients.ShouldHaveSingleItem().Name.ShouldBe("a");
        clients[0].KeySha256.ShouldBe(hash);

        Loading.Config($"clients: {{ a: {{ keySha256: {Convert.ToHexStringLower(hash)} }} }}\n{Rest}").Clients[0].KeySha256.ShouldBe(hash);
    }

    [Theory]
    [InlineData("{ a: { key: geheim } }", "t.yaml:1:22: clients.a.key is shorter than 16 characters and could be guessed")]
    [InlineData("{ a: { keySha256: geheim } }", "t.yaml:1:28: clients.a.keySha256 must be 64 hexadecimal digits")]
    [InlineData("{ a-b: {} }", "t.yaml:1:12: clients.a-b needs key, keySha256 or certificate, one of them: write key: \"${A_B_KEY}\"")]
    [InlineData("{ a: { key: 0123456789abcdef }, b: { key: 0123456789abcdef } }", "t.yaml:1:42: clients.b has the key of clients.a")]
    [InlineData("{ a: 0123456789geheim }", "t.yaml:1:15: clients.a must be a map with key, keySha256 or certificate")]
    public void A_client_that_cannot_be_told_apart_is_an_error(string clients, string problem)
    {
        var found = Loading.Problems($"clients: {clients}\n{Rest}").ShouldHaveSingleItem();
        found.ShouldStartWith(problem);
        found.ShouldNotContain("geheim");
    }

    [Fact]
    public void The_environment_wins_over_the_listeners_of_the_file()
    {
        var config = Loading.Config("listen: '*:1'\nadmin: 127.0.0.1:2\n" + Rest, ("TOLLGATE_LISTEN", "127.0.0.1:0, [::1]:0"), ("TOLLGATE_ADMIN", "127.0.0.1:3"));
        config.Listen.Select(address => address.ToString()).ShouldBe(["127.0.0.1:0", "[::1]:0"]);
        config.Admin.Port.ShouldBe(3);
    }

    [Fact]
    public void A_listener_of_the_environment_is_checked_like_one_of_the_file() =>
        Loading.Problems(Rest, ("TOLLGATE_LISTEN", "0.0.0.0:1975")).ShouldHaveSingleItem().ShouldStartWith("TOLLGATE_LISTEN: 0.0.0.0:1975 can be reached");

    [Theory]
    [InlineData(",")]
    [InlineData("127.0.0.1:1,")]
    public void An_empty_listener_of_the_environment_is_an_error(string listen) =>
        Loading.Problems(Rest, ("TOLLGATE_LISTEN", listen))[0].ShouldStartWith("TOLLGATE_LISTEN: '' is not an address");

    [Fact]
    public void A_broken_listener_of_the_environment_is_named() =>
        Loading.Problems(Rest, ("TOLLGATE_ADMIN", "here")).ShouldHaveSingleItem().ShouldStartWith("TOLLGATE_ADMIN: 'here' is not an address");
}
