namespace Tollgate.Telemetry;

/// <summary>A series, and tags that lead to it in the order in which they are recorded.</summary>
internal sealed record KnownSeries<T>(KeyValuePair<string, object?>[] Tags, T Series);

/// <summary>
/// The series that were recorded to last. Most requests have the tags of one before them, and comparing a few texts that are most often the same
/// objects costs a fraction of hashing them all. Whoever invents tags only drives others out of here.
/// </summary>
internal sealed class RecentSeries<T>
    where T : class
{
    private const int Places = 32;

    private readonly KnownSeries<T>?[] _places = new KnownSeries<T>?[Places];

    /// <summary>Null: not lately.</summary>
    internal T? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Volatile.Read(ref _places[PlaceOf(tags)]) is { } known && TagSetComparer.Instance.Equals(tags, known.Tags) ? known.Series : null;

    internal void Keep(KnownSeries<T> series) => Volatile.Write(ref _places[PlaceOf(series.Tags)], series);

    /// <summary>By the values' lengths and ends: good enough to tell the few apart that take turns.</summary>
    private static int PlaceOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var place = tags.Length;
        foreach (var (_, value) in tags)
        {
            place = (place * 31) + (value is string { Length: > 0 } text ? text.Length + text[^1] + (text[0] << 3) : 1);
        }

        return (int)((uint)place % Places);
    }
}
