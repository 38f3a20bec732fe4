using System.Diagnostics;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Bench.Relay;

/// <summary>Asks for spans with everything on them, and throws them away: what tracing costs before any export.</summary>
internal static class SpanSink
{
    internal static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TracingOptions.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
