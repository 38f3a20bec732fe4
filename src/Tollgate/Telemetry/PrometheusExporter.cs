using System.Buffers;
using System.Diagnostics.Metrics;

namespace Tollgate.Telemetry;

/// <summary>
/// Listens to meters and writes what they measured in Prometheus' text format 0.0.4 or in OpenMetrics 1.0.0. Why it is our own:
/// <c>docs/adr/0001-own-prometheus-exporter.md</c>.
/// </summary>
/// <remarks>Create it early: what was recorded before it listened is not known to it. Safe for use from several threads.</remarks>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>Content type of <see cref="ExpositionFormat.Prometheus"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Content type of <see cref="ExpositionFormat.OpenMetrics"/>.</summary>
    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Label sets kept for each instrument when nothing else is said.</summary>
    public const int DefaultMaxSeries = 2000;

    private readonly HashSet<string> meterNames;
    private readonly IMeterFactory? factory;
    private readonly int maxSeries;
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly Lock scrape = new();
    private readonly MeterListener listener = new();

    /// <summary>Starts listening.</summary>
    /// <param name="meterNames">Names of the meters to listen to, such as those of <see cref="DefaultMeters"/>.</param>
    /// <param name="factory">
    /// When given, meters that belong to other factories are left out, so that two gateways in one process do not count each
    /// other's requests. Meters without an owner, such as the runtime's, always count.
    /// </param>
    /// <param name="maxSeries">Label sets kept for each instrument; further ones are counted together.</param>
    public PrometheusExporter(IEnumerable<string> meterNames, IMeterFactory? factory = null, int maxSeries = DefaultMaxSeries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSeries, 1);
        (this.meterNames, this.factory, this.maxSeries) = (new(meterNames, StringComparer.Ordinal), factory, maxSeries);
        listener.InstrumentPublished = (instrument, _) => Enable(instrument);
        listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Record(state, (double)value, tags));
        listener.Start();
    }

    /// <summary>The gateway's meter, the runtime's (CPU, memory, garbage collection, thread pool) and Kestrel's (connections).</summary>
    public static IReadOnlyList<string> DefaultMeters { get; } =
        [GatewayMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Measures what is observed and writes every family that has measurements, sorted by name.</summary>
    /// <param name="output">Where the page goes.</param>
    /// <param name="format">How it is written.</param>
    public void Write(IBufferWriter<byte> output, ExpositionFormat format = ExpositionFormat.Prometheus)
    {
        lock (scrape)
        {
            var snapshot = Families();
            foreach (var family in snapshot) family.ForgetObserved();
            Observe();
            var writer = new ExpositionWriter(output, format);
            foreach (var family in Families())
            {
                if (!writer.IsOpenMetrics || IsAlone(family)) family.Write(writer);
            }

            writer.End();
        }
    }

    /// <summary>Shows a recorded trace beside the bucket of a measurement, to those who ask for OpenMetrics.</summary>
    internal void Keep(string family, Exemplar exemplar, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricFamily? known;
        lock (gate) known = families.GetValueOrDefault(family);
        known?.Keep(exemplar, tags);
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => listener.Dispose();

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)state!).Record(value, tags);

    private void Enable(Instrument instrument)
    {
        if (!meterNames.Contains(instrument.Meter.Name)) return;
        var scope = instrument.Meter.Scope;
        if (factory is not null && scope is not null && !ReferenceEquals(scope, factory)) return;
        if (FamilyOf(instrument) is { } family) listener.EnableMeasurementEvents(instrument, family);
    }

    // Instruments of one name and kind share a family; Prometheus refuses a page that declares one twice.
    // A name that is taken by another kind of instrument is left out for the same reason.
    private MetricFamily? FamilyOf(Instrument instrument)
    {
        if (MetricShape.Of(instrument) is not { } shape) return null;
        lock (gate)
        {
            if (families.TryGetValue(shape.Name, out var family))
            {
                return (family.Shape.Type, family.Shape.Aggregation) == (shape.Type, shape.Aggregation) ? family : null;
            }

            return families[shape.Name] = new MetricFamily(shape, maxSeries);
        }
    }

    // A counter "a" and a gauge "a" are two families in the older form, a_total and a, and one name in OpenMetrics: the gauge has it.
    private bool IsAlone(MetricFamily family)
    {
        if (family.Shape.BareName == family.Shape.Name) return true;
        lock (gate) return !families.ContainsKey(family.Shape.BareName);
    }

    private MetricFamily[] Families()
    {
        lock (gate) return [.. families.Values];
    }

    private void Observe()
    {
        try
        {
            listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // Somebody's callback failed. Its series are left out of this scrape; the others were measured.
        }
    }
}
