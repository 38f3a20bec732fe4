using System.Diagnostics.Metrics;

namespace Tollgate.Telemetry;

/// <summary>How measurements of an instrument are put together.</summary>
internal enum Aggregation
{
    /// <summary>Added up.</summary>
    Sum,

    /// <summary>The last one counts.</summary>
    LastValue,

    /// <summary>Counted by bucket.</summary>
    Histogram,
}

/// <summary>What an instrument becomes in Prometheus' terms.</summary>
/// <param name="Name">Family name.</param>
/// <param name="Unit">What its name ends with, before <c>_total</c>: <c>seconds</c>; may be empty.</param>
/// <param name="Help">Description; may be empty.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Aggregation">How measurements are put together.</param>
/// <param name="Observed">True when values are measured by the scrape.</param>
/// <param name="Bounds">Buckets of a histogram.</param>
internal sealed record MetricShape(string Name, string Unit, string Help, string Type, Aggregation Aggregation, bool Observed, BucketBounds Bounds)
{
    /// <summary>The family's name in OpenMetrics, where <c>_total</c> belongs to a counter's sample.</summary>
    public string BareName => Type == "counter" ? Name[..^"_total".Length] : Name;

    /// <summary>Null for a kind of instrument that this exporter does not know.</summary>
    public static MetricShape? Of(Instrument instrument)
    {
        var kind = instrument.GetType();
        if (!kind.IsGenericType) return null;
        var definition = kind.GetGenericTypeDefinition();
        if (definition == typeof(Counter<>)) return Shape(instrument, "counter", Aggregation.Sum);
        if (definition == typeof(ObservableCounter<>)) return Shape(instrument, "counter", Aggregation.LastValue);
        if (definition == typeof(UpDownCounter<>)) return Shape(instrument, "gauge", Aggregation.Sum);
        if (definition == typeof(ObservableUpDownCounter<>)) return Shape(instrument, "gauge", Aggregation.LastValue);
        if (definition == typeof(Gauge<>)) return Shape(instrument, "gauge", Aggregation.LastValue);
        if (definition == typeof(ObservableGauge<>)) return Shape(instrument, "gauge", Aggregation.LastValue);
        return definition == typeof(Histogram<>) ? Shape(instrument, "histogram", Aggregation.Histogram) : null;
    }

    private static MetricShape Shape(Instrument instrument, string type, Aggregation aggregation) => new(
        PrometheusNames.Family(instrument.Name, instrument.Unit, type == "counter"),
        PrometheusNames.UnitSuffix(instrument.Unit),
        instrument.Description ?? "",
        type,
        aggregation,
        instrument.IsObservable,
        aggregation == Aggregation.Histogram ? BoundsOf(instrument) : BucketBounds.Default);

    private static BucketBounds BoundsOf(Instrument instrument)
    {
        IEnumerable<double>? advised = instrument switch
        {
            Instrument<double> of => of.Advice?.HistogramBucketBoundaries,
            Instrument<float> of => of.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Instrument<long> of => of.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Instrument<int> of => of.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            _ => null,
        };
        return advised is null ? BucketBounds.Default : new BucketBounds([.. advised]);
    }
}
