namespace Tollgate.Telemetry;

/// <summary>The measurements of one instrument under one set of labels. Recording takes no lock.</summary>
/// <param name="labels">The labels, rendered and escaped, without braces.</param>
internal abstract class Series(byte[] labels)
{
    private bool seen = true;

    protected byte[] Labels { get; } = labels;

    /// <summary>For observed instruments: false until the current scrape has measured it, so that what is gone is not reported for ever.</summary>
    public bool Seen
    {
        get => Volatile.Read(ref seen);
        set => Volatile.Write(ref seen, value);
    }

    public abstract void Record(double value);

    public abstract void Write(ExpositionWriter writer, ReadOnlySpan<byte> family);

    /// <summary>Adds to a double that others add to at the same time.</summary>
    protected internal static void Add(ref double target, double value)
    {
        var current = Volatile.Read(ref target);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref target, current + value, current);
            // Bits, not values: NaN differs from itself.
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(current)) return;
            current = found;
        }
    }
}

/// <summary>A counter or up-down counter: what was recorded, added up.</summary>
internal sealed class SumSeries(byte[] labels) : Series(labels)
{
    private double sum;

    public override void Record(double value) => Add(ref sum, value);

    public override void Write(ExpositionWriter writer, ReadOnlySpan<byte> family) =>
        writer.Sample(family, default, Labels, default, Volatile.Read(ref sum));
}

/// <summary>A gauge, or an observed total: what was recorded last.</summary>
internal sealed class LastValueSeries(byte[] labels) : Series(labels)
{
    private double last;

    public override void Record(double value)
    {
        Volatile.Write(ref last, value);
        Seen = true;
    }

    public override void Write(ExpositionWriter writer, ReadOnlySpan<byte> family) =>
        writer.Sample(family, default, Labels, default, Volatile.Read(ref last));
}
