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
    private readonly RootSampler? _roots;
    private readonly ObjectPool<RequestTrace> _traces;

    /// <param name="options">What spans look like.</param>
    /// <param name="roots">Draws in the place of whoever listens; null: that one does.</param>
    public Tracer(TracingOptions options, RootSampler? roots = null)
    {
        (_options, _roots, Convention) = (options, roots, SpanConvention.Create(options));
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

        // An application that embeds the gateway may have begun a span of its own, and that is the one that answers the client.
        var host = Activity.Current;
        var parent = host?.Context ?? TraceHeaders.Read(http.Headers);
        if (host is null && _roots is not null && !IsRecorded(request, ref parent, _roots)) return null;
        var route = (request.Context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var name = route is null ? http.Method : Texts.Name(http.Method, route);
        var kind = host is null ? ActivityKind.Server : ActivityKind.Internal;
        if (Source.StartActivity(name, kind, parent) is not { } server) return null;
        var trace = _traces.Get();
        trace.Begin(request, server, route);
        if (_options.Outputs && server.IsAllDataRequested) request.Captured ??= new System.Buffers.ArrayBufferWriter<byte>();
        return trace;
    }

    /// <summary>False: the trace goes on without spans from here, with a context that says so.</summary>
    private static bool IsRecorded(GatewayRequest request, ref ActivityContext parent, RootSampler roots)
    {
        request.Record.Unrecorded = parent == default ? roots.Draw(out parent)
            : parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? null
            : request.Context.Request.Headers.TraceParent.ToString();
        return request.Record.Unrecorded is null;
    }

    /// <summary>Takes back one that has ended, for a later request.</summary>
    internal void Return(RequestTrace trace) => _traces.Return(trace);

    private sealed class TracePolicy(Tracer tracer) : PooledObjectPolicy<RequestTrace>
    {
        public override RequestTrace Create() => new(tracer);

        public override bool Return(RequestTrace obj) => true;
    }
}
