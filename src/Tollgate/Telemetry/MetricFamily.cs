using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Tollgate.Telemetry;

/// <summary>
/// All series of one family. A known tag set is found without a lock or an allocation; a new one is rendered under a lock.
/// Beyond the limit every new set is counted in one series labelled <c>otel_metric_overflow="true"</c>, as OpenTelemetry's
/// SDKs do, so that whoever invents label values can cost neither memory nor the totals.
/// </summary>
internal sealed class MetricFamily
{
    private readonly int maxSeries;
    private readonly byte[] name;
    private readonly byte[] type;
    private readonly byte[] bare;
    private readonly byte[] unit;
    // By tags in the order recorded; several orders of the same tags lead to one series.
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], KnownSeries<Series>> byTags = new(TagSetComparer.Instance);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], KnownSeries<Series>>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> known;
    private readonly Dictionary<string, Series> byLabels = new(StringComparer.Ordinal);
    private readonly List<Series> all = [];
    private readonly Lock gate = new();
    private readonly RecentSeries<Series> recent = new();
    private Series? overflow;

    public MetricFamily(MetricShape shape, int maxSeries)
    {
        (Shape, this.maxSeries) = (shape, maxSeries);
        (name, type) = (Encoding.UTF8.GetBytes(shape.Name), Encoding.UTF8.GetBytes(shape.Type));
        (bare, unit) = (Encoding.UTF8.GetBytes(shape.BareName), Encoding.UTF8.GetBytes(shape.Unit));
        known = byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public MetricShape Shape { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (RecordedTags.Of(tags) is not { } recorded)
        {
            Find(tags).Record(value);
            return;
        }

        var series = recorded.SeriesIn(this);
        if (series is null) recorded.Keep(this, series = Find(tags));
        series.Record(value);
    }

    /// <summary>Shows a measurement that has been recorded; one that was counted in the series of those beyond the limit is not shown.</summary>
    public void Keep(Exemplar exemplar, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (known.TryGetValue(tags, out var found) && found.Series is HistogramSeries histogram) histogram.Keep(exemplar);
    }

    /// <summary>Before observed instruments are measured: what is not measured again is gone.</summary>
    public void ForgetObserved()
    {
        if (!Shape.Observed) return;
        foreach (var series in Snapshot()) series.Seen = false;
    }

    public void Write(ExpositionWriter writer)
    {
        var series = Snapshot();
        if (!Array.Exists(series, one => one.Seen)) return;
        writer.Header(writer.IsOpenMetrics ? bare : name, Shape.Help, type, unit);
        foreach (var one in series)
        {
            if (one.Seen) one.Write(writer, name);
        }
    }

    private Series[] Snapshot()
    {
        lock (gate) return [.. all];
    }

    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (recent.Find(tags) is { } same) return same;
        if (!known.TryGetValue(tags, out var found)) return Volatile.Read(ref overflow) ?? Add(tags);
        recent.Keep(found);
        return found.Series;
    }

    private Series Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Render(tags);
        lock (gate)
        {
            if (overflow is not null) return overflow;
            if (!byLabels.TryGetValue(labels, out var series))
            {
                if (all.Count >= maxSeries) return overflow = Create(ExpositionWriter.LabelText("otel_metric_overflow", "true"));
                series = Create(labels);
                byLabels.Add(labels, series);
            }

            // Orders of the same tags are as good a way to fill memory as new values.
            if (byTags.Count < 2 * maxSeries) known[tags] = new KnownSeries<Series>(tags.ToArray(), series);
            return series;
        }
    }

    private Series Create(string labels)
    {
        var utf8 = Encoding.UTF8.GetBytes(labels);
        Series series = Shape.Aggregation switch
        {
            Aggregation.Sum => new SumSeries(utf8),
            Aggregation.LastValue => new LastValueSeries(utf8),
            _ => new HistogramSeries(utf8, Shape.Bounds),
        };
        all.Add(series);
        return series;
    }

    // Sorted by name. Tags whose names become the same label share it, their values joined by ';', as OpenTelemetry has it.
    private static string Render(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var label = PrometheusNames.Label(key);
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels[label] = labels.TryGetValue(label, out var before) ? before + ";" + text : text;
        }

        return string.Join(',', labels.Select(label => ExpositionWriter.LabelText(label.Key, label.Value)));
    }
}
