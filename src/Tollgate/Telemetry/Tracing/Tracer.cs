using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tollgate.Pipeline;

namespace Tollgate.Telemetry.Tracing;

/// <summary>Begins the traces of requests, when somebody listens. Otherwise it costs one look.</summary>
internal sealed class Tracer(TracingOptions options) : IDisposable
{
    private readonly ActivitySource _source = new(TracingOptions.SourceName);

    internal SpanConvention Convention { get; } = SpanConvention.Create(options);

    internal ActivitySource Source => _source;

    public void Dispose() => _source.Dispose();

    /// <summary>The trace of a request that has just arrived, or null when nobody wants one.</summary>
    internal RequestTrace? Begin(GatewayRequest request)
    {
        if (!_source.HasListeners()) return null;
        var http = request.Context.Request;
        var route = (request.Context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var name = route is null ? http.Method : $"{http.Method} {route}";

        // An application that embeds the gateway may have begun a span of its own, and that is the one that answers the client.
        var host = Activity.Current;
        var kind = host is null ? ActivityKind.Server : ActivityKind.Internal;
        var parent = host?.Context ?? TraceHeaders.Read(http.Headers);
        if (_source.StartActivity(name, kind, parent) is not { } server) return null;
        var trace = new RequestTrace(this, server);
        trace.Describe(request, route);
        if (options.Outputs && server.IsAllDataRequested) request.Captured ??= new System.Buffers.ArrayBufferWriter<byte>();
        return trace;
    }
}
