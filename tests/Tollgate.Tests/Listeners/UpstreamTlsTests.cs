using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Tollgate.Tests.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Listeners;

/// <summary>Providers whose certificates the system does not know, and the proxy on the way to them.</summary>
public sealed class UpstreamTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new("providers");

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("", 502)]
    [InlineData(", tls: { ca: { pem: \"AUTHORITY\" }, serverName: provider.example }", 200)]
    [InlineData(", tls: { ca: { pem: \"AUTHORITY\" }, serverName: other.example }", 502)]
    [InlineData(", tls: { ca: { pem: \"STRANGER\" }, serverName: provider.example }", 502)]
    [InlineData(", tls: { insecure: true }", 200)]
    public async Task A_certificate_is_checked_as_the_provider_says(string tls, int status)
    {
        using var stranger = new TestAuthority("strangers");
        await using var server = new TlsServer(_authority);
        tls = tls.Replace("AUTHORITY", OneLine(_authority.Pem), StringComparison.Ordinal).Replace("STRANGER", OneLine(stranger.Pem), StringComparison.Ordinal);
        await using var gateway = await TestGateway.StartAsync($"providers: {{ p: {{ kind: openai, url: 'https://127.0.0.1:{server.Port}/v1'{tls} }} }}\nmodels: {{ m: p }}\n");
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""")).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("[one.example, two.example]", 200)]
    [InlineData("['spiffe://my.org/model']", 200)]
    [InlineData("[three.example, 'spiffe://my.org/mode']", 502)]
    [InlineData("[provider.example]", 502)]
    public async Task A_certificate_must_have_one_of_the_names_that_are_written(string names, int status)
    {
        await using var server = new TlsServer(_authority, authority => authority.Issue("provider.example", "two.example", "spiffe://my.org/model").Ready);
        await using var gateway = await TestGateway.StartAsync(
            $"providers: {{ p: {{ kind: openai, url: 'https://127.0.0.1:{server.Port}/v1', tls: {{ ca: {{ pem: \"{OneLine(_authority.Pem)}\" }}, serverName: sent.example, subjectAltNames: {names} }} }} }}\nmodels: {{ m: p }}\n");
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""")).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_name_that_fits_does_not_vouch_for_a_certificate()
    {
        using var stranger = new TestAuthority("strangers");
        await using var server = new TlsServer(stranger, authority => authority.Issue("provider.example", "two.example").Ready);
        await using var gateway = await TestGateway.StartAsync(
            $"providers: {{ p: {{ kind: openai, url: 'https://127.0.0.1:{server.Port}/v1', tls: {{ ca: {{ pem: \"{OneLine(_authority.Pem)}\" }}, subjectAltNames: [two.example] }} }} }}\nmodels: {{ m: p }}\n");
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""")).Status.ShouldBe(502);
    }

    [Fact]
    public async Task A_proxy_stands_between_the_gateway_and_its_providers()
    {
        await using var proxy = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($"proxy: {proxy.Url}\nproviders: {{ p: {{ kind: openai, url: http://provider.invalid/v1 }} }}\nmodels: {{ m: p }}\n");
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""")).Status.ShouldBe(200);
        proxy.Last.Target.ShouldBe("http://provider.invalid/v1/chat/completions");
    }

    [Theory]
    [InlineData("tls: { cert: { pem: x } }", "both or neither")]
    [InlineData("tls: { ca: { pem: x } }", "no certificates in PEM")]
    [InlineData("tls: { ca: missing.pem }", "cannot be read")]
    [InlineData("tls: { insecure: true, subjectAltNames: [a.example] }", "give one of them")]
    public void Tls_that_cannot_be_used_is_refused(string tls, string reason) =>
        string.Join('\n', Loading.Problems($"providers: {{ openai: {{ key: k, {tls} }} }}\nmodels: {{ m: openai }}\n")).ShouldContain(reason);

    [Theory]
    [InlineData("https://proxy.example")]
    [InlineData("http://user:secret@proxy.example")]
    [InlineData("http://proxy.example/path")]
    public void A_proxy_that_cannot_be_used_is_refused_and_not_quoted(string proxy)
    {
        var problem = Loading.Problems($"proxy: '{proxy}'\nproviders: {{ openai: {{ key: k }} }}\nmodels: {{ m: openai }}\n").ShouldHaveSingleItem();
        problem.ShouldStartWith("t.yaml:1:");
        problem.ShouldNotContain("secret");
    }

    private static string OneLine(string pem) => pem.ReplaceLineEndings("\\n");

    /// <summary>Answers every request on TLS with an empty object.</summary>
    private sealed class TlsServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly SslServerAuthenticationOptions _options;
        private readonly Task _accepting;

        public TlsServer(TestAuthority authority, Func<TestAuthority, System.Security.Cryptography.X509Certificates.X509Certificate2>? issue = null)
        {
            _options = new SslServerAuthenticationOptions { ServerCertificate = issue?.Invoke(authority) ?? authority.Issue("provider.example").Ready };
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // Stopped.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            try
            {
                using (client)
                {
                    await using var stream = new SslStream(client.GetStream());
                    await stream.AuthenticateAsServerAsync(_options);
                    var text = "";
                    var buffer = new byte[4096];
                    while (!text.Contains("\"messages\":[]}", StringComparison.Ordinal))
                    {
                        var read = await stream.ReadAsync(buffer);
                        if (read == 0) return; // the gateway did not like the certificate and says so by leaving
                        text += Encoding.UTF8.GetString(buffer, 0, read);
                    }

                    await stream.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"u8.ToArray());
                }
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The gateway did not like the certificate.
            }
        }
    }
}
