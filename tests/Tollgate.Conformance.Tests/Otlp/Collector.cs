using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Tollgate.Conformance.Tests.Otlp;

/// <summary>Receives OTLP over HTTP and over gRPC, and keeps every message as it came.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private const int GrpcFrameHead = 5; // a flag for compression, and the length
    private const string GrpcService = "/opentelemetry.proto.collector.";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Delivery> _received = [];

    private Collector(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public string GrpcUrl => _app.Urls.Last();

    public ConcurrentQueue<string> Keys { get; } = [];

    public IEnumerable<string> Paths => _received.Select(r => r.Path).Distinct(StringComparer.Ordinal);

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRouting();
        var app = builder.Build();
        var collector = new Collector(app);
        app.Run(collector.ReceiveAsync);
        await app.StartAsync();
        return collector;
    }

    /// <summary>What came, read with the official definitions.</summary>
    public async Task<Told> ToldAsync() => new(await OtlpDecoder.DecodeAsync(_received, TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Keys.Enqueue(context.Request.Headers["x-collector-key"].ToString());
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(GrpcService, StringComparison.Ordinal))
        {
            _received.Enqueue(new Delivery(path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            return;
        }

        // opentelemetry.proto.collector.trace.v1.TraceService/Export
        var signal = path[GrpcService.Length..].Split('.')[0];
        _received.Enqueue(new Delivery(signal == "trace" ? "/v1/traces" : "/v1/" + signal, body.ToArray()[GrpcFrameHead..]));
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(new byte[GrpcFrameHead]);
    }
}

/// <summary>One message as it came.</summary>
internal sealed record Delivery(string Path, byte[] Body);
