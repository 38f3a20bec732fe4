namespace Tollgate.Protocols.Usage;

/// <summary>
/// Finds a member of the outermost objects of a JSON text from its end, so that neither a long answer before it nor a lost
/// beginning matters. The quotes of a raw <c>"key"</c> can't occur within a string, where they would be escaped.
/// </summary>
internal static class JsonTail
{
    // Each candidate may cost a walk to the end: an answer full of such keys must not become quadratic.
    private const int MaxCandidates = 32;

    /// <summary>The value of the last such member, or empty.</summary>
    /// <param name="tail">The text, or its end.</param>
    /// <param name="quotedKey">The key with its quotes.</param>
    /// <param name="depth">1 for a member of the text's object, 2 for a member of an object in it.</param>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> quotedKey, int depth = 1)
    {
        var searched = tail;
        for (var candidate = 0; candidate < MaxCandidates; candidate++)
        {
            var at = searched.LastIndexOf(quotedKey);
            if (at < 0) return default;
            searched = searched[..at];
            if (at > 0 && tail[at - 1] == '\\') continue; // the quote is text: \"usage"

            var start = JsonSkim.ValueStart(tail, at + quotedKey.Length);
            if (start < 0) continue;
            var end = JsonSkim.ValueEnd(tail, start);
            if (end > 0 && OnlyMembersFollow(tail, end, depth)) return tail[start..end];
        }

        return default;
    }

    /// <summary>The value of the last member of that name at whatever depth, or empty: for names that only one thing has.</summary>
    public static ReadOnlySpan<byte> FindAny(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> quotedKey)
    {
        var searched = tail;
        for (var candidate = 0; candidate < MaxCandidates; candidate++)
        {
            var at = searched.LastIndexOf(quotedKey);
            if (at < 0) return default;
            searched = searched[..at];
            var start = at > 0 && tail[at - 1] == '\\' ? -1 : JsonSkim.ValueStart(tail, at + quotedKey.Length);
            var end = start < 0 ? -1 : JsonSkim.ValueEnd(tail, start);
            if (end > 0) return tail[start..end];
        }

        return default;
    }

    /// <summary>True when members and exactly <paramref name="depth"/> closing braces lead to the end.</summary>
    private static bool OnlyMembersFollow(ReadOnlySpan<byte> text, int at, int depth)
    {
        while (true)
        {
            at = JsonSkim.Blanks(text, at);
            if (at >= text.Length) return depth == 0;
            if (depth == 0) return false;
            if (text[at] == '}')
            {
                depth--;
                at++;
                continue;
            }

            if (text[at] != ',') return false;
            at = JsonSkim.Blanks(text, at + 1);
            if (at >= text.Length || text[at] != '"') return false;
            at = JsonSkim.StringEnd(text, at);
            if (at < 0) return false;
            at = JsonSkim.ValueStart(text, at);
            if (at < 0) return false;
            at = JsonSkim.ValueEnd(text, at);
            if (at < 0) return false;
        }
    }
}
