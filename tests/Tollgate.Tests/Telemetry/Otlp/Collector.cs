using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tollgate.Tests.Telemetry.Otlp;

/// <summary>Receives OTLP over HTTP and keeps every message.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, ProtoMessage Message)> _received = [];

    private Collector(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<string> Keys { get; } = [];

    public IEnumerable<string> Paths => _received.Select(r => r.Path).Distinct();

    public IReadOnlyList<ProtoMessage> Spans => [.. All("/v1/traces", 1, 2, 2)];

    public IReadOnlyList<ProtoMessage> Logs => [.. All("/v1/logs", 1, 2, 2)];

    public IReadOnlyList<ProtoMessage> Metrics => [.. All("/v1/metrics", 1, 2, 2)];

    public IReadOnlyList<Dictionary<string, string>> Resources => [.. _received.SelectMany(r => r.Message.At(1, 1)).Select(r => r.Attributes(1))];

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        var app = builder.Build();
        var collector = new Collector(app);
        app.Run(collector.ReceiveAsync);
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Keys.Enqueue(context.Request.Headers["x-collector-key"].ToString());
        _received.Enqueue((context.Request.Path, ProtoMessage.Parse(body.ToArray())));
        context.Response.ContentType = "application/x-protobuf";
    }

    private IEnumerable<ProtoMessage> All(string path, params int[] levels) => _received.Where(r => r.Path == path).SelectMany(r => r.Message.At(levels));
}
