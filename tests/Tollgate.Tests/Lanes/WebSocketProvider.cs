using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Tollgate.Tests.Lanes;

/// <summary>A realtime provider on Kestrel that sends back what it gets, and notes how each connection began and ended.</summary>
internal sealed class WebSocketProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebSocketProvider(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Target, Dictionary<string, string> Headers)> Handshakes { get; } = [];

    /// <summary>Completes with the first connection's end as the provider saw it: a close status, or a broken connection.</summary>
    public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers the handshake itself instead of accepting it.</summary>
    public Func<HttpContext, Task>? Refuse { get; set; }

    public string Url => _app.Urls.First();

    public static async Task<WebSocketProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new WebSocketProvider(app);
        app.UseWebSockets();
        app.Run(provider.ServeAsync);
        await app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Handshakes.Enqueue((context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (Refuse is not null)
        {
            await Refuse(context);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
        try
        {
            await EchoAsync(context, socket, context.RequestAborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            Ended.TrySetResult("broken");
        }
    }

    private async Task EchoAsync(HttpContext context, WebSocket socket, CancellationToken aborted)
    {
        var buffer = new byte[8 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), aborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, aborted);
                Ended.TrySetResult($"{(int)socket.CloseStatus} {socket.CloseStatusDescription}");
                return;
            }

            if (received.EndOfMessage && buffer.AsSpan(0, received.Count).SequenceEqual("close me"u8))
            {
                await socket.CloseAsync((WebSocketCloseStatus)4001, "session expired", aborted);
                Ended.TrySetResult("closed it");
                return;
            }

            if (received.EndOfMessage && buffer.AsSpan(0, received.Count).SequenceEqual("break off"u8))
            {
                context.Abort();
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, aborted);
        }
    }
}
