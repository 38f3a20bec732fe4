using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tollgate.Telemetry;

/// <summary>
/// Tags under which one instrument is recorded again and again. Every listener is given them as it always is; one in this house may leave here what
/// it found for them, and need not look it up the next time. A listener is called on the thread that records, so that it learns from the thread
/// whose tags they are, and from their place in memory that it is these that it was given.
/// </summary>
internal sealed class RecordedTags(KeyValuePair<string, object?>[] tags)
{
    [ThreadStatic]
    private static RecordedTags? _underWay;

    private Found? _found;

    internal KeyValuePair<string, object?>[] Tags { get; } = tags;

    internal void Record<T>(Histogram<T> histogram, T value)
        where T : struct
    {
        if (!histogram.Enabled) return;
        _underWay = this;
        histogram.Record(value, Tags);
        _underWay = null;
    }

    /// <summary>Whose tags a listener has been given; null when they are anybody's.</summary>
    internal static RecordedTags? Of(ReadOnlySpan<KeyValuePair<string, object?>> told) => _underWay is { } one && one.Are(told) ? one : null;

    /// <summary>What this family found before; null when it has not looked yet.</summary>
    internal Series? SeriesIn(MetricFamily family) => Volatile.Read(ref _found) is { } found && ReferenceEquals(found.Family, family) ? found.Series : null;

    /// <summary>The first who finds something keeps the place: two exporters that took it in turns would only be in each other's way.</summary>
    internal void Keep(MetricFamily family, Series series)
    {
        if (_found is null) Volatile.Write(ref _found, new Found(family, series));
    }

    private bool Are(ReadOnlySpan<KeyValuePair<string, object?>> told) =>
        told.Length == Tags.Length && Unsafe.AreSame(ref MemoryMarshal.GetReference(told), ref MemoryMarshal.GetArrayDataReference(Tags));

    private sealed record Found(MetricFamily Family, Series Series);
}
