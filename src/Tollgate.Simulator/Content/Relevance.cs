namespace Tollgate.Simulator.Content;

/// <summary>A document is relevant as far as it has the query's words.</summary>
internal static class Relevance
{
    /// <summary>Best first.</summary>
    public static IEnumerable<(int Index, double Score)> Ranked(string query, IReadOnlyList<string> documents, int? top) => documents
        .Select((text, index) => (Index: index, Score: Score(query, text)))
        .OrderByDescending(static r => r.Score).ThenBy(static r => r.Index)
        .Take(Math.Clamp(top ?? documents.Count, 1, documents.Count));

    private static double Score(string query, string text)
    {
        var wanted = Words(query);
        var found = Words(text);
        var shared = wanted.Count(found.Contains) / (double)wanted.Count;
        // A little of the hash, so that no two documents score alike.
        return Math.Round((0.9 * shared) + (Hashing.Of(text) % 1000 / 10_000.0), 6);
    }

    private static HashSet<string> Words(string text) =>
        [.. TokenText.Split(text).Select(static w => w.Trim().ToUpperInvariant())];
}
