using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Model;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Listeners;

public sealed class TlsTests : IDisposable
{
    private const string Rest = "admin: 127.0.0.1:0\nproviders: { simulator: {} }\nmodels: { m: simulator }\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-tls-");
    private readonly TestAuthority _authority = new("servers");
    private readonly TestAuthority _callers = new("callers");
    private readonly ManualTime _time = new();

    public TlsTests()
    {
        Serve("gateway-1");
        File.WriteAllText(PathOf("ca.pem"), _callers.Pem);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _callers.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Both_versions_of_http_are_served(int version)
    {
        await using var gateway = await StartAsync("");
        using var client = Client(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Version = new Version(version, version == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request);

        gateway.Host.Addresses[0].Scheme.ShouldBe("https");
        (response.StatusCode, response.Version.Major).ShouldBe((HttpStatusCode.OK, version));
    }

    [Fact]
    public async Task Clear_text_is_http2_when_it_is_told_to()
    {
        await using var gateway = await StartAsync(listen: "{ address: '127.0.0.1:0', http2: true }");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await gateway.Client.SendAsync(request);
        (response.StatusCode, response.Version).ShouldBe((HttpStatusCode.OK, HttpVersion.Version20));
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_shown_to_new_connections_and_a_broken_one_is_not()
    {
        await using var gateway = await StartAsync("");
        (await ShownAsync(gateway)).ShouldBe("CN=gateway-1");

        Serve("gateway-2");
        (await ShownAsync(gateway)).ShouldBe("CN=gateway-2");

        File.WriteAllText(PathOf("tls.pem"), "half a certif");
        (await ShownAsync(gateway)).ShouldBe("CN=gateway-2");

        Serve("gateway-3");
        (await ShownAsync(gateway)).ShouldBe("CN=gateway-3");
    }

    [Fact]
    public async Task A_certificate_of_the_configuration_itself_is_served_from_memory_and_replaced_by_a_reload()
    {
        await using var gateway = await TestGateway.StartAsync(Config(Inline("written-1")), services => services.AddSingleton<TimeProvider>(_time));
        (await ShownAsync(gateway)).ShouldBe("CN=written-1");

        var models = gateway.Host.Services.GetRequiredService<ModelStore>();
        models.TryLoad(Config(Inline("written-2")), []).ShouldBeTrue();
        (await ShownAsync(gateway)).ShouldBe("CN=written-2");

        models.TryLoad(Config($"{{ address: '127.0.0.1:0', tls: {{ cert: '{PathOf("tls.pem")}', key: '{PathOf("tls.key")}' }} }}"), []).ShouldBeTrue();
        (await ShownAsync(gateway)).ShouldBe("CN=gateway-1");

        models.TryLoad(Config("127.0.0.1:0"), []).ShouldBeTrue();
        (await ShownAsync(gateway)).ShouldBe("CN=gateway-1");
    }

    [Theory]
    [InlineData("cert: { pem: nothing }, key: { pem: nothing }", "t.yaml:1:48: tls.cert cannot be used")]
    [InlineData("cert: { pem: \"CERT\" }, key: { pem: \"OTHER\" }", "t.yaml:1:48: tls.cert cannot be used")]
    [InlineData("clientCa: { pem: nothing }, cert: { pem: \"CERT\" }, key: { pem: \"KEY\" }", "t.yaml:1:52: tls.clientCa cannot be used")]
    public void A_certificate_of_the_configuration_that_cannot_be_used_is_told_with_its_place_and_never_quoted(string tls, string problem)
    {
        var (certificate, key, _) = _authority.Issue("gateway");
        tls = tls.Replace("CERT", OneLine(certificate), StringComparison.Ordinal).Replace("KEY", OneLine(key), StringComparison.Ordinal).Replace("OTHER", OneLine(_authority.Issue("other").Key), StringComparison.Ordinal);
        var problems = string.Join('\n', ConfigLoader.Parse($"listen: {{ address: '127.0.0.1:0', tls: {{ {tls} }} }}\n{Rest}", "t.yaml", new ConfigContext(_ => null, Catalogue.Default)).Problems);
        problems.ShouldStartWith(problem);
        problems.ShouldNotContain("BEGIN");
    }

    [Fact]
    public async Task An_old_version_of_tls_is_refused()
    {
        await using var gateway = await StartAsync(", minVersion: '1.3'");
        using var old = Client(gateway, versions: SslProtocols.Tls12);
        await Should.ThrowAsync<HttpRequestException>(() => old.GetAsync("/v1/models"));
        using var current = Client(gateway, versions: SslProtocols.Tls13);
        (await current.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_caller_is_known_by_its_certificate()
    {
        await using var gateway = await StartAsync($", clientCa: '{PathOf("ca.pem")}'", "clients: { batch: { certificate: batch.example.com } }\n");
        using var known = Client(gateway, _callers.Issue("batch.example.com").Ready);
        (await known.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.LogLineAsync()).GetProperty("client").GetString().ShouldBe("batch");

        using var unknown = Client(gateway, _callers.Issue("other.example.com").Ready);
        (await unknown.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_caller_without_a_certificate_or_with_one_that_nobody_vouches_for_gets_no_connection()
    {
        await using var gateway = await StartAsync($", clientCa: '{PathOf("ca.pem")}'", "clients: { batch: { certificate: batch.example.com } }\n");
        using var none = Client(gateway);
        await Should.ThrowAsync<HttpRequestException>(() => none.GetAsync("/v1/models"));
        using var forged = Client(gateway, _authority.Issue("batch.example.com").Ready);
        await Should.ThrowAsync<HttpRequestException>(() => forged.GetAsync("/v1/models"));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_stops_the_start_with_its_place()
    {
        File.WriteAllText(PathOf("tls.key"), _authority.Issue("another").Key);
        var e = await Should.ThrowAsync<ConfigurationException>(() => StartAsync(""));
        e.Problems.ShouldHaveSingleItem().ToString().ShouldStartWith("t.yaml:1:20: tls of 127.0.0.1:0: ");
    }

    private void Serve(string name)
    {
        var (certificate, key, _) = _authority.Issue(name);
        File.WriteAllText(PathOf("tls.pem"), certificate);
        File.WriteAllText(PathOf("tls.key"), key);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private Task<TestGateway> StartAsync(string tls = "", string more = "", string? listen = null)
    {
        listen ??= $"{{ address: '127.0.0.1:0', tls: {{ cert: '{PathOf("tls.pem")}', key: '{PathOf("tls.key")}'{tls} }} }}";
        return TestGateway.StartAsync(Config(listen, more), services => services.AddSingleton<TimeProvider>(_time));
    }

    private static GatewayConfig Config(string listen, string more = "")
    {
        var loaded = ConfigLoader.Parse($"listen: {listen}\n{Rest}{more}", "t.yaml", new ConfigContext(_ => null, Catalogue.Default));
        return loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems));
    }

    private string Inline(string name)
    {
        var (certificate, key, _) = _authority.Issue(name);
        return $"{{ address: '127.0.0.1:0', tls: {{ cert: {{ pem: \"{OneLine(certificate)}\" }}, key: {{ pem: \"{OneLine(key)}\" }} }} }}";
    }

    private static string OneLine(string pem) => pem.ReplaceLineEndings("\\n");

    // A connection of its own for each question, a second later.
    private async Task<string> ShownAsync(TestGateway gateway)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var shown = "";
        using var client = Client(gateway, onShown: subject => shown = subject);
        (await client.GetAsync("/v1/models")).EnsureSuccessStatusCode();
        return shown;
    }

    private static HttpClient Client(TestGateway gateway, X509Certificate2? certificate = null, SslProtocols versions = SslProtocols.None, Action<string>? onShown = null) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = versions,
            ClientCertificates = certificate is null ? null : [certificate],
#pragma warning disable CA5359 // The test made the certificate itself, and looks at which one is shown.
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                onShown?.Invoke(shown!.Subject);
                return true;
            },
#pragma warning restore CA5359
        },
    })
    { BaseAddress = gateway.Host.Addresses[0] };
}
