using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Tollgate.Upstreams;

namespace Tollgate.Telemetry.Tracing;

/// <summary>The trace context on the wire (<see href="https://www.w3.org/TR/trace-context/"/>).</summary>
internal static class TraceHeaders
{
    /// <summary>Characters of a context.</summary>
    internal const int Length = 55;

    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>The caller's context. One that is malformed, or sent twice, counts as none: the trace begins here.</summary>
    internal static ActivityContext Read(IHeaderDictionary headers)
    {
        var parent = headers.TraceParent;
        if (parent.Count != 1) return default;
        var state = headers.TraceState.Count == 0 ? null : string.Join(',', headers.TraceState.ToArray());
        return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;
    }

    /// <summary>The context of a trace that is not recorded, in the place of a caller's that is none.</summary>
    internal static void Write(UpstreamRequest message, string unrecorded)
    {
        if (message.Headers.Find(Parent) == unrecorded) return; // the caller's own, which was copied
        message.Headers.Remove(State);
        message.Headers.Set(Parent, unrecorded);
    }

    /// <summary>Puts a span's context in the place of the caller's, which was copied with the other headers.</summary>
    internal static void Write(UpstreamRequest message, Activity span)
    {
        message.Headers.Remove(Parent);
        message.Headers.Remove(State);
        message.Headers.Add(Parent, span.Id!);
        if (span.TraceStateString is { Length: > 0 } state) message.Headers.Add(State, state);
    }
}
