using System.Text;

namespace Tollgate.Simulator.Content;

/// <summary>
/// The simulator's one rule for tokens: a word or a mark of punctuation is a token, and the blanks before it belong to it.
/// Simple enough to check by hand, and the same for every dialect, unary or streamed.
/// </summary>
internal static class TokenText
{
    /// <summary>The tokens of a text; joined they give the text again.</summary>
    public static List<string> Split(string text)
    {
        var pieces = new List<string>();
        var start = 0;
        while (start < text.Length)
        {
            var end = Next(text, start);
            if (end == text.Length && pieces.Count > 0 && string.IsNullOrWhiteSpace(text[start..]))
            {
                pieces[^1] += text[start..];
            }
            else
            {
                pieces.Add(text[start..end]);
            }

            start = end;
        }

        return pieces;
    }

    /// <summary>How many tokens a text has.</summary>
    public static int Count(string text)
    {
        var count = 0;
        for (var at = 0; at < text.Length;)
        {
            var end = Next(text, at);
            if (end < text.Length || count == 0 || !text.AsSpan(at).IsWhiteSpace()) count++;
            at = end;
        }

        return count;
    }

    private static int Next(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        if (at == text.Length) return at;
        var length = WordRune(text, at);
        if (length == 0)
        {
            // A mark of its own. A surrogate pair is never torn apart.
            return at + (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1);
        }

        while (at < text.Length && (length = WordRune(text, at)) > 0) at += length;
        return at;
    }

    private static int WordRune(string text, int at)
    {
        var c = text[at];
        if (char.IsLetterOrDigit(c)) return 1;
        return Rune.TryGetRuneAt(text, at, out var rune) && rune.Utf16SequenceLength == 2 && Rune.IsLetterOrDigit(rune) ? 2 : 0;
    }
}
