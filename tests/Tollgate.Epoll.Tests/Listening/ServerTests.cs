using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Epoll.Loops;
using Tollgate.Hosting;
using Tollgate.Tests.Listeners;

namespace Tollgate.Epoll.Tests.Listening;

/// <summary>Kestrel on these sockets behaves as on its own.</summary>
public sealed class ServerTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _seen = new();
    private readonly TestAuthority _authority = new("clients");
    private WebApplication _app = null!;
    private Uri _plain = null!;
    private Uri _http2 = null!;
    private Uri _secure = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddTollgateEpoll();
        List<ListenOptions> listeners = [];
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = kestrel.Limits.MinResponseDataRate = null; // a test that was held up is no slow client
            kestrel.Listen(new ClientEndPoint(IPAddress.Loopback, 0), listeners.Add);
            kestrel.Listen(new ClientEndPoint(IPAddress.IPv6Loopback, 0), options =>
            {
                options.Protocols = HttpProtocols.Http2;
                listeners.Add(options);
            });
            kestrel.Listen(new ClientEndPoint(IPAddress.Loopback, 0), options =>
            {
                options.UseHttps(_authority.Issue("localhost", "localhost").Ready);
                listeners.Add(options);
            });
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
        await _app.StartAsync(Token);
        _plain = new Uri($"http://127.0.0.1:{listeners[0].IPEndPoint!.Port}");
        _http2 = new Uri($"http://[::1]:{listeners[1].IPEndPoint!.Port}");
        _secure = new Uri($"https://localhost:{listeners[2].IPEndPoint!.Port}");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Bodies_of_all_sizes_come_back_as_they_were_sent_over_every_protocol()
    {
        using var handler = Trusting();
        using var client = new HttpClient(handler);
        foreach (var (target, version) in new[] { (_plain, HttpVersion.Version11), (_http2, HttpVersion.Version20), (_secure, HttpVersion.Version11), (_secure, HttpVersion.Version20) })
        {
            foreach (var size in new[] { 0, 1, 1000, 32 * 1024, 1 << 20, 5_000_000 })
            {
                var body = new byte[size];
                new Random(size).NextBytes(body);
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target, "/echo")) { Content = new ByteArrayContent(body), Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                using var response = await client.SendAsync(request, Token);
                (await response.Content.ReadAsByteArrayAsync(Token)).ShouldBe(body, $"{version} {size}");
            }
        }
    }

    [Fact]
    public async Task Requests_that_come_in_one_piece_or_byte_by_byte_are_answered_in_order()
    {
        using var client = await ConnectAsync();
        const string three = "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c HTTP/1.1\r\nHost: h\r\n\r\n";
        await client.SendAsync(Encoding.ASCII.GetBytes(three), Token);
        (await ReadUntilAsync(client, "/c")).ShouldSatisfyAllConditions(t => t.IndexOf("/a", StringComparison.Ordinal).ShouldBeLessThan(t.IndexOf("/b", StringComparison.Ordinal)));
        foreach (var one in Encoding.ASCII.GetBytes("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")) await client.SendAsync(new[] { one }, Token);
        (await ReadUntilAsync(client, "/slow")).ShouldContain("200 OK");
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_request()
    {
        var client = await ConnectAsync();
        await client.SendAsync("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Token);
        await Seen("/wait begun");
        client.Dispose();
        await Seen("/wait aborted");
    }

    [Fact]
    public async Task A_request_that_is_aborted_resets_its_client()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("GET /abort HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Token);
        var error = await Should.ThrowAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1], Token));
        error.SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task An_answer_waits_for_a_client_that_does_not_read_and_is_whole_when_it_does()
    {
        using var client = await ConnectAsync(receiveBuffer: 32 * 1024);
        await client.SendAsync("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"u8.ToArray(), Token);
        await Seen("/large begun");
        _seen.ContainsKey("/large done").ShouldBeFalse();
        long sum = 0;
        var buffer = new byte[64 * 1024];
        for (var read = 1; read > 0; sum += read) read = await client.ReceiveAsync(buffer, Token);
        sum.ShouldBeGreaterThan(30_000_000);
        await Seen("/large done");
    }

    [Fact]
    public async Task A_connection_tells_its_addresses()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("GET /addresses HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Token);
        (await ReadUntilAsync(client, "|")).ShouldContain($"{client.LocalEndPoint}|{client.RemoteEndPoint}");
    }

    [Fact]
    public async Task Five_hundred_clients_at_once_are_all_served()
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 500 };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i => await client.GetStringAsync(new Uri(_plain, $"/n{i}"), Token)));
        answers.ShouldBe(Enumerable.Range(0, 500).Select(i => $"/n{i}"));
    }

    [Fact]
    public async Task What_blocks_on_every_loop_does_not_keep_others_from_being_served()
    {
        // With a request before, so that the next one is begun by a loop.
        var clients = new List<Socket>();
        for (var i = 0; i <= Environment.ProcessorCount; i++)
        {
            clients.Add(await ConnectAsync());
            await AskAsync(clients[i], "/warm");
        }

        for (var i = 0; i < Environment.ProcessorCount; i++) await clients[i].SendAsync("GET /block HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Token);
        await Seen("/block begun");
        await AskAsync(clients[^1], "/free").WaitAsync(Soon, Token);
        _release.Set();
        for (var i = 0; i < Environment.ProcessorCount; i++) await ReadUntilAsync(clients[i], "/block");
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task After_the_stop_nobody_is_accepted_and_what_runs_is_finished()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("GET /until-stop HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Token);
        await Seen("/until-stop begun");
        var stopping = _app.StopAsync(Token);
        await UntilRefusedAsync();
        _release.Set();
        (await ReadUntilAsync(client, "/until-stop")).ShouldContain("200 OK");
        await stopping.WaitAsync(Soon, Token);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_as_Kestrel_says_it()
    {
        var factory = new Epoll.Listening.EpollListenerFactory(_app.Services.GetRequiredService<LoopGroup>(), _app.Services.GetRequiredService<IMemoryPoolFactory<byte>>(), TimeProvider.System);
        await Should.ThrowAsync<AddressInUseException>(async () => await factory.BindAsync(new ClientEndPoint(IPAddress.Loopback, _plain.Port), Token));
        factory.CanBind(new IPEndPoint(IPAddress.Loopback, 0)).ShouldBeFalse("the admin listener has Kestrel's own");
    }

    private readonly ManualResetEventSlim _release = new();

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Mark($"{path} begun");
        switch (path)
        {
            case "/echo":
                using (var body = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(body, context.RequestAborted); // all of it first: some clients do not read before they have sent
                    await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
                }

                return;
            case "/wait":
                using (context.RequestAborted.Register(() => Mark("/wait aborted"))) await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            case "/abort":
                context.Abort();
                return;
            case "/large":
                var piece = new byte[1 << 20];
                for (var i = 0; i < 30; i++) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                Mark("/large done");
                return;
            case "/addresses":
                var own = context.Connection;
                await context.Response.WriteAsync($"{own.RemoteIpAddress}:{own.RemotePort}|{own.LocalIpAddress}:{own.LocalPort}");
                return;
            case "/block":
                _release.Wait(TimeSpan.FromSeconds(60));
                break;
            case "/until-stop":
                await Task.Run(() => _release.Wait(TimeSpan.FromSeconds(60)));
                break;
        }

        await context.Response.WriteAsync(path);
    }

    private void Mark(string what) => _seen.GetOrAdd(what, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private Task Seen(string what) => _seen.GetOrAdd(what, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(Soon, Token);

    private async Task<Socket> ConnectAsync(int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        await socket.ConnectAsync(IPAddress.Loopback, _plain.Port, Token);
        return socket;
    }

    private async Task UntilRefusedAsync()
    {
        using var limit = new CancellationTokenSource(Soon);
        while (true)
        {
            try
            {
                using var one = await ConnectAsync();
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(5, limit.Token);
        }
    }

    private SocketsHttpHandler Trusting()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(_authority.Pem));
        return new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } };
    }

    private static async Task AskAsync(Socket client, string path)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n"), Token);
        await ReadUntilAsync(client, path);
    }

    private static async Task<string> ReadUntilAsync(Socket socket, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, Token);
            if (read == 0) throw new EndOfStreamException(text.ToString());
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }
}
