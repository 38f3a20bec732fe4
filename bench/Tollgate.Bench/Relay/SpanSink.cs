using System.Diagnostics;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Bench.Relay;

/// <summary>Asks for spans with everything on them, and throws them away: what tracing costs before any export.</summary>
internal static class SpanSink
{
    /// <param name="share">Of the traces, by their ids as samplers draw; the spans of the others are not made.</param>
    internal static ActivityListener Listen(double share = 1)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TracingOptions.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => IsDrawn(o.TraceId, share) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static bool IsDrawn(ActivityTraceId trace, double share)
    {
        if (share >= 1) return true;
        Span<byte> id = stackalloc byte[16];
        trace.CopyTo(id);
        return BitConverter.ToUInt32(id) < share * uint.MaxValue;
    }
}
