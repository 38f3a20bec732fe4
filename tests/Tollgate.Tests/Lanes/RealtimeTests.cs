using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Lanes;

/// <summary>A real WebSocket client through the gateway to a real WebSocket server.</summary>
public sealed class RealtimeTests
{
    // Of each step: the tests together may take longer.
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    [Fact]
    public async Task Relays_texts_binaries_and_large_messages_both_ways()
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url);
        using var socket = await ConnectAsync(gateway, "?model=voice");
        var large = new byte[1_000_000];
        for (var i = 0; i < large.Length; i++) large[i] = (byte)(i * 7);
        foreach (var (type, message) in new[] { (WebSocketMessageType.Text, "{\"type\":\"größe\"}"u8.ToArray()), (WebSocketMessageType.Binary, [0, 1, 255]), (WebSocketMessageType.Text, []), (WebSocketMessageType.Binary, large) })
        {
            var sending = socket.SendAsync(message.AsMemory(), type, true, Limit);
            var (got, answer) = await ReceiveAsync(socket);
            await sending;
            got.ShouldBe(type);
            answer.AsSpan().SequenceEqual(message).ShouldBeTrue();
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Limit);
        (await provider.Ended.Task.WaitAsync(Limit)).ShouldBe("1000 done");
        (socket.CloseStatus, socket.CloseStatusDescription).ShouldBe((WebSocketCloseStatus.NormalClosure, "done"));
        var line = await gateway.LogLineAsync();
        (line.GetProperty("operation").GetString(), line.GetProperty("status").GetInt32(), line.GetProperty("provider").GetString()).ShouldBe(("realtime", 101, "live"));
        line.GetProperty("bytes_in").GetInt64().ShouldBeGreaterThan(1_000_000);
        line.GetProperty("bytes_out").GetInt64().ShouldBeGreaterThan(1_000_000);
    }

    [Fact]
    public async Task The_providers_close_code_reaches_the_client()
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url);
        using var socket = await ConnectAsync(gateway, "?model=voice");
        await socket.SendAsync("close me"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Limit);
        var (type, _) = await ReceiveAsync(socket);
        type.ShouldBe(WebSocketMessageType.Close);
        ((int?)socket.CloseStatus, socket.CloseStatusDescription).ShouldBe((4001, "session expired"));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Limit);
        (await provider.Ended.Task.WaitAsync(Limit)).ShouldBe("closed it");
    }

    [Fact]
    public async Task Subprotocols_pass_but_for_the_key_among_them()
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url);
        using var socket = await ConnectAsync(gateway, "?model=voice", options =>
        {
            options.AddSubProtocol("realtime");
            options.AddSubProtocol("openai-insecure-api-key.sk-client-secret");
            options.AddSubProtocol("openai-organization.org-client-secret");
            options.AddSubProtocol("openai-beta.realtime-v1");
            options.SetRequestHeader("authorization", "Bearer sk-client-secret");
            options.SetRequestHeader("openai-beta", "realtime=v1");
        });
        socket.SubProtocol.ShouldBe("realtime");
        var (_, headers) = provider.Handshakes.ShouldHaveSingleItem();
        headers["sec-websocket-protocol"].ShouldBe("realtime, openai-beta.realtime-v1");
        headers["authorization"].ShouldBe("Bearer sk-live");
        headers["openai-beta"].ShouldBe("realtime=v1");
        string.Join('\n', headers).ShouldNotContain("client-secret");
    }

    [Theory]
    [InlineData("?model=voice", "/v1/realtime?model=gpt-realtime")]
    [InlineData("?intent=x&model=voice&a=b%20c", "/v1/realtime?model=gpt-realtime&intent=x&a=b%20c")]
    [InlineData("?mod%65l=voice&x=1", "/v1/realtime?model=gpt-realtime&x=1")]
    [InlineData("?model=plain%2Fname", "/v1/realtime?model=plain%2Fname")]
    public async Task The_model_in_the_query_is_the_backends(string query, string target)
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url);
        using var socket = await ConnectAsync(gateway, query);
        provider.Handshakes.ShouldHaveSingleItem().Target.ShouldBe(target);
    }

    [Fact]
    public async Task A_provider_that_refuses_the_handshake_is_heard()
    {
        const string Error = "{\"error\":{\"message\":\"no credit\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_quota\"}}";
        await using var provider = await WebSocketProvider.StartAsync();
        provider.Refuse = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.ContentType = "application/json";
            context.Response.Headers.RetryAfter = "7";
            return context.Response.WriteAsync(Error);
        };
        await using var gateway = await StartAsync(provider.Url);
        var (status, body) = await RawClient.SendAsync(gateway, "GET", "/v1/realtime?model=voice", "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        (status, body).ShouldBe((429, Error));
        using var socket = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(Address(gateway, "?model=voice"), Limit));
    }

    [Fact]
    public async Task An_unreachable_provider_is_said_before_the_upgrade()
    {
        await using var gateway = await StartAsync("http://127.0.0.1:9");
        var (status, body) = await RawClient.SendAsync(gateway, "GET", "/v1/realtime?model=voice", "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        status.ShouldBe(502);
        body.ShouldContain("provider_unreachable");
    }

    [Theory]
    [InlineData("/v1/realtime?model=voice", "realtime is a WebSocket")]
    public async Task A_plain_GET_is_told_what_realtime_is(string target, string message)
    {
        await using var gateway = await StartAsync("http://127.0.0.1:9");
        var (status, body) = await RawClient.SendAsync(gateway, "GET", target);
        status.ShouldBe(400);
        body.ShouldContain(message);
    }

    [Theory]
    [InlineData("?model=unknown", 404)]
    [InlineData("", 400)]
    [InlineData("?model=voice&model=voice", 404)]
    [InlineData("?model=claude", 400)]
    public async Task A_model_that_cannot_be_routed_is_refused_before_the_upgrade(string query, int expected)
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url);
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(Address(gateway, query), Limit));
        ((int)socket.HttpStatusCode).ShouldBe(expected);
        provider.Handshakes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_vanishes_ends_the_providers_side()
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url);
        using var socket = await ConnectAsync(gateway, "?model=voice");
        await socket.SendAsync("x"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Limit);
        await ReceiveAsync(socket);
        socket.Abort();
        (await provider.Ended.Task.WaitAsync(Limit)).ShouldBe("broken");
        (await gateway.LogLineAsync()).GetProperty("operation").GetString().ShouldBe("realtime");
    }

    [Fact]
    public async Task A_provider_that_breaks_off_ends_the_clients_side()
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url);
        using var socket = await ConnectAsync(gateway, "?model=voice");
        await socket.SendAsync("break off"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Limit);
        await Should.ThrowAsync<WebSocketException>(() => ReceiveAsync(socket));
        (await gateway.LogLineAsync()).GetProperty("operation").GetString().ShouldBe("realtime");
    }

    [Fact]
    public async Task A_session_outlasts_the_limits_of_an_answer()
    {
        var time = new ManualTime();
        await using var provider = await WebSocketProvider.StartAsync();
        await using var gateway = await StartAsync(provider.Url, services => services.AddSingleton<TimeProvider>(time));
        using var socket = await ConnectAsync(gateway, "?model=voice");
        time.Advance(TimeSpan.FromHours(1));
        await socket.SendAsync("still there?"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, Limit);
        Encoding.UTF8.GetString((await ReceiveAsync(socket)).Message).ShouldBe("still there?");
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestGateway gateway, string query, Action<ClientWebSocketOptions>? options = null)
    {
        var socket = new ClientWebSocket();
        options?.Invoke(socket.Options);
        await socket.ConnectAsync(Address(gateway, query), Limit);
        return socket;
    }

    private static Uri Address(TestGateway gateway, string query) => new($"ws://{gateway.Host.Addresses[0].Authority}/v1/realtime{query}");

    private static async Task<(WebSocketMessageType Type, byte[] Message)> ReceiveAsync(ClientWebSocket socket)
    {
        var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), Limit);
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage) return (received.MessageType, message.ToArray());
        }
    }

    private static Task<TestGateway> StartAsync(string url, Action<IServiceCollection>? services = null) => TestGateway.StartAsync($$"""
        providers:
          live: { kind: openai, url: {{url}}/v1, key: sk-live }
          claude: { kind: anthropic, url: {{url}}/v1, key: k }
        models:
          voice: [{ provider: live, model: gpt-realtime }]
          plain/name: live
          claude: claude
        """,
        services);
}
