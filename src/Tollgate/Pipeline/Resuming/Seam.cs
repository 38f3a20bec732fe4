using System.Text;

namespace Tollgate.Pipeline.Resuming;

/// <summary>
/// Where the text of one answer goes over into that of another. Models that are told to go on often say the last words, or all of them, once
/// more: what overlaps is cut. As long as the new text could still turn out to be a repetition, it waits.
/// </summary>
/// <param name="said">All that the client has.</param>
/// <param name="exact">True: the model goes on with its own half-written answer (prefill), so only a long repetition is one.</param>
internal sealed class Seam(string said, bool exact)
{
    private const int Longest = 4096;

    private readonly string _said = said.TrimEnd();
    private readonly StringBuilder _held = new();
    private readonly List<int> _pending = [];
    private readonly List<int> _overlaps = [];

    // A blank at the end is often said again, and providers take none at the end of a prefill.
    private string _owed = said[said.TrimEnd().Length..];
    private int _at;
    private int _lead;

    /// <summary>True when it is known where the new text begins.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>The next of the new text; gives what the client can have now, maybe nothing.</summary>
    internal string Take(string text)
    {
        if (IsClosed) return WithoutOwed(text);
        _held.Append(text);
        for (; _at < _held.Length; _at++)
        {
            if (_at == _lead && char.IsWhiteSpace(_held[_at])) _lead++;
            else if (IsDecided(_held[_at], _at - _lead)) return Close();
        }

        return "";
    }

    /// <summary>Nothing more comes, or nothing more is waited for.</summary>
    internal string Close()
    {
        if (IsClosed) return "";
        IsClosed = true;
        var cut = _overlaps.Where(IsRepetition).DefaultIfEmpty(0).Max();
        return WithoutOwed(_held.ToString(cut == 0 ? 0 : _lead + cut, _held.Length - (cut == 0 ? 0 : _lead + cut)));
    }

    /// <summary>Follows every place of the old text where the new one could begin, one letter at a time.</summary>
    private bool IsDecided(char letter, int length)
    {
        if (length == 0)
        {
            for (var i = Math.Max(0, _said.Length - Longest); i < _said.Length; i++)
            {
                if (_said[i] == letter) _pending.Add(i);
            }
        }
        else
        {
            _pending.RemoveAll(start => _said[start + length] != letter);
        }

        var whole = _said.Length - length - 1;
        if (!_pending.Remove(whole)) return _pending.Count == 0;
        _overlaps.Add(length + 1); // the letter behind it tells whether it is one
        return false;
    }

    private bool IsRepetition(int length)
    {
        var start = _said.Length - length;
        if (start > 0 && IsWordLetter(_said[start - 1]) && IsWordLetter(_said[start])) return false; // begins inside a word: chance
        var words = Words(_said.AsSpan(start));
        if (exact) return words >= 3 && length >= 20;
        if (start == 0 || (words >= 2 && length >= 8)) return true;

        // A word that was cut in two and is now said whole.
        var next = _lead + length;
        return words == 1 && length >= 2 && _owed.Length == 0 && IsWordLetter(_said[^1]) && next < _held.Length && IsWordLetter(_held[next]);
    }

    private string WithoutOwed(string text)
    {
        var same = text.AsSpan().CommonPrefixLength(_owed);
        _owed = same == text.Length ? _owed[same..] : "";
        return text[same..];
    }

    private static int Words(ReadOnlySpan<char> text)
    {
        var words = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsWhiteSpace(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1]))) words++;
        }

        return words;
    }

    private static bool IsWordLetter(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '\'';
}
