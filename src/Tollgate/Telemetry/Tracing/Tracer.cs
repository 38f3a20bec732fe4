using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.ObjectPool;
using Tollgate.Pipeline;

namespace Tollgate.Telemetry.Tracing;

/// <summary>Begins the traces of requests, when somebody listens. Otherwise it costs one look.</summary>
internal sealed class Tracer : IDisposable
{
    private const int KeptTraces = 1024;

    private readonly TracingOptions _options;
    private readonly ObjectPool<RequestTrace> _traces;

    public Tracer(TracingOptions options)
    {
        (_options, Convention) = (options, SpanConvention.Create(options));
        _traces = new DefaultObjectPool<RequestTrace>(new TracePolicy(this), KeptTraces);
    }

    internal SpanConvention Convention { get; }

    internal ActivitySource Source { get; } = new(TracingOptions.SourceName);

    internal SpanTexts Texts { get; } = new();

    public void Dispose() => Source.Dispose();

    /// <summary>The trace of a request that has just arrived, or null when nobody wants one.</summary>
    internal RequestTrace? Begin(GatewayRequest request)
    {
        if (!Source.HasListeners()) return null;
        var http = request.Context.Request;
        var route = (request.Context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var name = route is null ? http.Method : Texts.Name(http.Method, route);

        // An application that embeds the gateway may have begun a span of its own, and that is the one that answers the client.
        var host = Activity.Current;
        var kind = host is null ? ActivityKind.Server : ActivityKind.Internal;
        var parent = host?.Context ?? TraceHeaders.Read(http.Headers);
        if (Source.StartActivity(name, kind, parent) is not { } server) return null;
        var trace = _traces.Get();
        trace.Begin(request, server, route);
        if (_options.Outputs && server.IsAllDataRequested) request.Captured ??= new System.Buffers.ArrayBufferWriter<byte>();
        return trace;
    }

    /// <summary>Takes back one that has ended, for a later request.</summary>
    internal void Return(RequestTrace trace) => _traces.Return(trace);

    private sealed class TracePolicy(Tracer tracer) : PooledObjectPolicy<RequestTrace>
    {
        public override RequestTrace Create() => new(tracer);

        public override bool Return(RequestTrace obj) => true;
    }
}
