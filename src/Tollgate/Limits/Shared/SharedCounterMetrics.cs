using System.Diagnostics.Metrics;
using Tollgate.Telemetry;

namespace Tollgate.Limits.Shared;

/// <summary>How shared counters do, in the meter <c>Tollgate</c>.</summary>
internal sealed class SharedCounterMetrics : IDisposable
{
    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;

    /// <param name="counters">Whose health is shown.</param>
    /// <param name="factory">Owner of the meter; null makes one that this object owns.</param>
    internal SharedCounterMetrics(ISharedCounters counters, IMeterFactory? factory = null)
    {
        _meter = factory is null ? new Meter(GatewayMetrics.MeterName) : factory.Create(new MeterOptions(GatewayMetrics.MeterName));
        _duration = _meter.CreateHistogram("tollgate.shared_counters.duration", "s", "Time that the shared counters took to answer.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
        _meter.CreateObservableGauge("tollgate.shared_counters.up", () => counters.Health.IsUp ? 1 : 0, null, "1 while the shared counters can be asked, else 0.");
        _meter.CreateObservableUpDownCounter("tollgate.shared_counters.unsettled", () => counters.Health.Unsettled, "{settlement}", "Settlements that did not reach the shared counters yet.");
        _meter.CreateObservableCounter("tollgate.shared_counters.lost", () => counters.Health.Lost, "{settlement}", "Settlements that the shared counters never got.");
    }

    internal void Asked(string operation, TimeSpan took) => _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("tollgate.operation", operation));

    public void Dispose() => _meter.Dispose();
}
