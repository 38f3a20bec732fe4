using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Limits.Rules;

/// <summary>
/// What a limit's counters are kept by, as one text: the value itself where there is one, else all of them with <c>|</c> between. Texts of
/// several values are remembered, so that a request whose values came before makes none.
/// </summary>
internal sealed class SubjectText(ImmutableArray<LimitKey> keys)
{
    /// <summary>Values come from callers: what is remembered is bounded, and beyond it made each time.</summary>
    private const int MostRemembered = 10_000;

    private const int Places = 64;

    private const char Between = '|';
    private const char Escape = '\\';

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly Known?[] _recent = new Known?[Places];

    /// <summary>Null when one of the values is none that the limit could be by.</summary>
    internal string? Of(in Asked asked) => keys.Length switch
    {
        0 => "",
        1 => SubjectValue.Of(keys[0], asked),
        2 => Pair(asked),
        _ => Joined(asked),
    };

    /// <summary>Two values, such as client and model, are most often those of a request not long before.</summary>
    private string? Pair(in Asked asked)
    {
        if (SubjectValue.Of(keys[0], asked) is not { } first || SubjectValue.Of(keys[1], asked) is not { } second) return null;
        ref var place = ref _recent[(uint)((first.Length * 31) + second.Length + Mark(first) + (Mark(second) << 3)) % Places];
        if (Volatile.Read(ref place) is { } last && last.First == first && last.Second == second) return last.Subject;
        var subject = Joined(asked)!;
        Volatile.Write(ref place, new Known(first, second, subject));
        return subject;
    }

    private static int Mark(string value) => value.Length > 0 ? value[^1] : 0;

    private string? Joined(in Asked asked)
    {
        Span<char> text = stackalloc char[keys.Length * (1 + (2 * SubjectValue.Longest))];
        var length = 0;
        foreach (var key in keys)
        {
            if (SubjectValue.Of(key, asked) is not { } value) return null;
            if (length > 0 || key != keys[0]) text[length++] = Between;
            foreach (var c in value)
            {
                if (c is Between or Escape) text[length++] = Escape;
                text[length++] = c;
            }
        }

        return Remembered(text[..length]);
    }

    private string Remembered(ReadOnlySpan<char> text)
    {
        if (_known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known)) return known;
        var made = text.ToString();
        var subject = made.Length > SubjectValue.Longest ? SubjectValue.Hash(made) : made;
        if (_known.Count < MostRemembered) _known.TryAdd(made, subject);
        return subject;
    }

    private sealed record Known(string First, string Second, string Subject);
}
