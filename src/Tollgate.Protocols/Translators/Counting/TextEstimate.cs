using System.Text;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>
/// About how many tokens a text has, without a vocabulary: words of the languages that tokenizers know best are one token each, long ones
/// more, other scripts so many tokens a character. The figures are fitted to OpenAI's <c>o200k_base</c>; what comes of them for texts of
/// many kinds is in <c>docs/operations.md</c>, and a test holds it.
/// </summary>
internal ref struct TextEstimate(string text)
{
    private const double KnownWord = 7;
    private const double KnownAccentedWord = 3;
    private const int ShortestOpaque = 32;

    private readonly ReadOnlySpan<char> _text = text;
    private double _tokens;
    private int _at;

    internal static double Of(string text)
    {
        var estimate = new TextEstimate(text);
        while (estimate._at < text.Length) estimate.Next();
        return estimate._tokens;
    }

    private void Next()
    {
        var c = _text[_at];
        if (TakeOpaque()) return;
        if (IsLatin(c)) Word();
        else if (char.IsAsciiDigit(c)) Run(static d => char.IsAsciiDigit(d), 3);
        else if (char.IsWhiteSpace(c)) Blank();
        else if (char.IsAscii(c)) Run(static p => char.IsAscii(p) && !char.IsAsciiLetterOrDigit(p) && !char.IsWhiteSpace(p), 3);
        else Other();
    }

    /// <summary>A word, or a part of one in camel case.</summary>
    private void Word()
    {
        var (start, isAccented) = (_at, false);
        for (; _at < _text.Length && IsLatin(_text[_at]); _at++)
        {
            if (_at > start && char.IsUpper(_text[_at]) && !char.IsUpper(_text[_at - 1])) break;
            isAccented |= !char.IsAscii(_text[_at]);
        }

        var rest = _at - start - (isAccented ? KnownAccentedWord : KnownWord);
        _tokens += 1 + (Math.Max(0, rest) / (isAccented ? 3 : 4));
    }

    private void Run(Func<char, bool> belongs, int each)
    {
        var start = _at;
        while (_at < _text.Length && belongs(_text[_at])) _at++;
        _tokens += (_at - start + each - 1) / each;
    }

    /// <summary>One blank belongs to the word behind it, but not to a number.</summary>
    private void Blank()
    {
        var start = _at;
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
        var isOne = _at - start == 1 && _text[start] == ' ';
        if (!isOne || (_at < _text.Length && char.IsAsciiDigit(_text[_at]))) _tokens++;
    }

    private void Other()
    {
        _tokens += Rune.DecodeFromUtf16(_text[_at..], out var rune, out var length) == System.Buffers.OperationStatus.Done ? Weight(rune.Value) : 1;
        _at += length;
    }

    private static double Weight(int rune) => rune switch
    {
        >= 0x370 and <= 0x3FF or >= 0x1F00 and <= 0x1FFF => 0.5,  // Greek
        >= 0x400 and <= 0x52F => 0.34,                            // Cyrillic
        >= 0x590 and <= 0x8FF => 0.36,                            // Hebrew, Arabic
        >= 0x900 and <= 0xDFF => 0.38,                            // scripts of India
        >= 0xE00 and <= 0xEFF => 0.44,                            // Thai, Lao
        >= 0x3040 and <= 0x30FF => 0.72,                          // kana
        >= 0xAC00 and <= 0xD7AF => 0.8,                           // Hangul
        >= 0x2E80 and <= 0x9FFF or >= 0x20000 and <= 0x3FFFF => 0.85, // Han
        >= 0x1F000 or >= 0x2300 and <= 0x23FF or >= 0x2600 and <= 0x27BF or 0x200D or 0xFE0F => 1.6, // emoji and what joins them
        _ => 1,
    };

    /// <summary>Base64, keys and the like: no vocabulary has them, so they fall into short pieces.</summary>
    private bool TakeOpaque()
    {
        var end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '+' or '/' or '=' or '_' or '-')) end++;
        var run = _text[_at..end];
        if (run.Length < ShortestOpaque || !run.ContainsAnyInRange('0', '9') || !run.ContainsAnyInRange('A', 'Z') || !run.ContainsAnyInRange('a', 'z')) return false;
        var changes = 0;
        for (var i = 1; i < run.Length; i++)
        {
            if (char.IsAsciiDigit(run[i]) != char.IsAsciiDigit(run[i - 1]) || char.IsUpper(run[i]) != char.IsUpper(run[i - 1])) changes++;
        }

        if (changes <= run.Length / 4) return false;
        _tokens += run.Length * 0.58;
        _at = end;
        return true;
    }

    private static bool IsLatin(char c) => char.IsAsciiLetter(c) || (c is >= '\u00C0' and <= '\u024F' && char.IsLetter(c)) || c is >= '\u1E00' and <= '\u1EFF';
}
