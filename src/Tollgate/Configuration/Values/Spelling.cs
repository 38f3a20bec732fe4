namespace Tollgate.Configuration.Values;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Spelling
{
    /// <summary>Up to three known words near to what was written, the nearest first.</summary>
    public static IReadOnlyList<string> Near(string written, IEnumerable<string> known)
    {
        var limit = Math.Max(1, written.Length / 3);
        return
        [
            .. known.Select(word => (Word: word, Distance: Distance(written.ToLowerInvariant(), word.ToLowerInvariant())))
                .Where(candidate => candidate.Distance <= limit
                    || (written.Length > 2 && candidate.Word.Contains(written, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(candidate => candidate.Distance)
                .Take(3)
                .Select(candidate => candidate.Word),
        ];
    }

    /// <summary><c>; did you mean 'a' or 'b'?</c>, or the fallback when nothing is near.</summary>
    public static string DidYouMean(string written, IEnumerable<string> known, string fallback)
    {
        var near = Near(written, known);
        return near.Count == 0 ? $": {fallback}" : $"; did you mean {string.Join(" or ", near.Select(word => $"'{word}'"))}?";
    }

    // Levenshtein, with a swap of neighbours counted once.
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
