using System.Diagnostics;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Bench.Relay;

/// <summary>Asks for every span with everything on it, and throws it away: what tracing costs before any export.</summary>
internal static class SpanSink
{
    internal static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TracingOptions.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
