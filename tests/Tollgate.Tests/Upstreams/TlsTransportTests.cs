using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Tollgate.Configuration;
using Tollgate.Tests.Listeners;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>What encryption changes. How certificates are checked is in UpstreamTlsTests.</summary>
public sealed class TlsTransportTests
{
    [Fact]
    public async Task A_handshake_that_does_not_end_is_given_up_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var dialer = new NetworkDialer(TimeSpan.FromMilliseconds(200), null, new SureOpener());
        await Should.ThrowAsync<OperationCanceledException>(async () => await dialer.ConnectAsync(To(silent), CancellationToken.None));
        using var accepted = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken);
        try
        {
            while (await accepted.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken) > 0) continue; // its hello, and then that it has closed
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Which a reset says, too.
        }
    }

    [Fact]
    public async Task Who_speaks_no_tls_is_an_error_with_its_cause()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var dialer = new NetworkDialer(TimeSpan.FromSeconds(20), null, Wires.Opener);
        var dialing = dialer.ConnectAsync(To(plain), CancellationToken.None).AsTask();
        using var accepted = await plain.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await accepted.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var refused = await Should.ThrowAsync<HttpRequestException>(() => dialing);
        refused.HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
        refused.InnerException.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("{}", 1)]
    [InlineData("{}beyond", 2)]
    public async Task A_connection_serves_again_when_nothing_is_left_of_its_answer(string body, int connections)
    {
        var count = 0;
        // The head alone first, so that what lies beyond the body is not in the head's buffer.
        await using var server = new Server(async stream =>
        {
            count++;
            while (await ReadHeadAsync(stream))
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"u8.ToArray());
                await stream.WriteAsync(Encoding.ASCII.GetBytes(body));
            }
        });
        for (var i = 0; i < 2; i++)
        {
            using var response = await server.SendAsync(null);
            (await RawServer.TextAsync(response)).ShouldBe("{}");
        }

        count.ShouldBe(connections);
    }

    [Fact]
    public async Task An_early_refusal_arrives_when_the_provider_closes_at_once()
    {
        await using var server = new Server(async stream =>
        {
            await ReadHeadAsync(stream);
            await stream.WriteAsync("HTTP/1.1 413 Content Too Large\r\ncontent-length: 7\r\n\r\ntoo big"u8.ToArray());
            await stream.ShutdownAsync();
        });
        using var response = await server.SendAsync(new BufferContent(new byte[32 * 1024 * 1024]));
        (response.Status, await RawServer.TextAsync(response)).ShouldBe((413, "too big"));
    }

    private static Destination To(TcpListener listener) => new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, "provider.example");

    private static async Task<bool> ReadHeadAsync(SslStream stream)
    {
        var text = "";
        var one = new byte[1];
        while (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0) return false;
            text += (char)one[0];
        }

        return true;
    }

    /// <summary>Connects even when the time is up already: on a machine that paused there is still a handshake to give up.</summary>
    private sealed class SureOpener : WireOpener
    {
        internal override ValueTask<Wire> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
            (Wires.Opener ?? new SocketOpener()).ConnectAsync(host, port, CancellationToken.None);
    }

    /// <summary>Lets the test do what it wants with each connection, which stays open until the end.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TestAuthority _authority = new("providers");
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _clients = [];
        private readonly Http1Transport _transport = new(new NetworkDialer(TimeSpan.FromSeconds(20), new UpstreamTlsConfig { Insecure = true }, Wires.Opener), TimeProvider.System);
        private readonly Task _accepting;

        public Server(Func<SslStream, Task> script)
        {
            _listener.Start();
            _accepting = AcceptAsync(script);
        }

        public ValueTask<UpstreamResponse> SendAsync(UpstreamContent? content) =>
            _transport.SendAsync(new UpstreamRequest(HttpMethod.Post, new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"), content), TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            _transport.Dispose();
            _listener.Stop();
            await _accepting;
            foreach (var client in _clients) client.Dispose();
            _authority.Dispose();
        }

        private async Task AcceptAsync(Func<SslStream, Task> script)
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    _clients.Add(client);
                    _ = ServeAsync(client, script);
                }
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // Stopped.
            }
        }

        private async Task ServeAsync(TcpClient client, Func<SslStream, Task> script)
        {
            try
            {
                var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _authority.Issue("provider.example").Ready });
                await script(stream);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
            {
                // The client has closed.
            }
        }
    }
}
