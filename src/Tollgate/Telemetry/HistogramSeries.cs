using System.Text;

namespace Tollgate.Telemetry;

/// <summary>Upper bounds of a histogram's buckets, ascending, with their labels rendered once for all its series.</summary>
internal sealed class BucketBounds
{
    /// <summary>What OpenTelemetry uses when an instrument advises nothing.</summary>
    public static BucketBounds Default { get; } = new([0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]);

    private readonly double[] bounds;

    public BucketBounds(double[] bounds)
    {
        this.bounds = bounds;
        Labels = Rendered(ExpositionWriter.NumberText);
        OpenMetricsLabels = Rendered(Canonical);
    }

    /// <summary><c>le="…"</c> of each bucket; the last is <c>+Inf</c>.</summary>
    public byte[][] Labels { get; }

    /// <summary>The same as OpenMetrics wants them: <c>le="1.0"</c>, so that all who expose a bound name it alike.</summary>
    public byte[][] OpenMetricsLabels { get; }

    /// <summary>The bucket of a value; a value equal to a bound belongs below it.</summary>
    public int BucketOf(double value)
    {
        var index = Array.BinarySearch(bounds, value);
        return index < 0 ? ~index : index;
    }

    private byte[][] Rendered(Func<double, string> text) =>
        [.. bounds.Append(double.PositiveInfinity).Select(bound => Encoding.UTF8.GetBytes(ExpositionWriter.LabelText("le", text(bound))))];

    private static string Canonical(double bound)
    {
        var text = ExpositionWriter.NumberText(bound);
        return text.AsSpan().IndexOfAny('.', 'E', 'I') < 0 ? text + ".0" : text;
    }
}

/// <summary>
/// Counts by bucket, and the sum. The count of all is not kept but added up from the buckets, so that a scrape during
/// recording never sees <c>_count</c> and <c>+Inf</c> disagree.
/// </summary>
internal sealed class HistogramSeries(byte[] labels, BucketBounds bounds) : Series(labels)
{
    private readonly long[] buckets = new long[bounds.Labels.Length];
    private Exemplar?[]? exemplars; // of each bucket the last; made for the first
    private double sum;

    /// <summary>Shows it beside its bucket, in the place of the one before.</summary>
    public void Keep(Exemplar exemplar)
    {
        var kept = Volatile.Read(ref exemplars);
        if (kept is null)
        {
            var made = new Exemplar?[buckets.Length];
            kept = Interlocked.CompareExchange(ref exemplars, made, null) ?? made;
        }

        Volatile.Write(ref kept[bounds.BucketOf(exemplar.Value)], exemplar);
    }

    public override void Record(double value)
    {
        // NaN belongs to no bucket and would spoil the sum for good.
        if (double.IsNaN(value)) return;
        Interlocked.Increment(ref buckets[bounds.BucketOf(value)]);
        Add(ref sum, value);
    }

    public override void Write(ExpositionWriter writer, ReadOnlySpan<byte> family)
    {
        var count = 0L;
        var labels = writer.IsOpenMetrics ? bounds.OpenMetricsLabels : bounds.Labels;
        var shown = writer.IsOpenMetrics ? Volatile.Read(ref exemplars) : null; // the older form has no words for them
        for (var i = 0; i < buckets.Length; i++)
        {
            count += Volatile.Read(ref buckets[i]);
            writer.Sample(family, "_bucket"u8, Labels, labels[i], count, shown is null ? null : Volatile.Read(ref shown[i]));
        }

        writer.Sample(family, "_sum"u8, Labels, default, Volatile.Read(ref sum));
        writer.Sample(family, "_count"u8, Labels, default, count);
    }
}
