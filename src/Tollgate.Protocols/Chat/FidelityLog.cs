using System.Buffers;

namespace Tollgate.Protocols.Chat;

/// <summary>What becomes of something that the other dialect cannot say as it was said.</summary>
public enum FidelityOutcome
{
    /// <summary>Said in other words that come near.</summary>
    Approximated,

    /// <summary>Left out; the request goes on, and the response announces it.</summary>
    Dropped,

    /// <summary>The request cannot be served there: without it the answer would not be what was asked for.</summary>
    Refused,

    /// <summary>Left out of an answer and not announced, since it tells of the service, and nothing of what was answered.</summary>
    Omitted,
}

/// <summary>One line of the table of a writer: what it does with a member that it cannot say. Writers keep theirs in a static list that the documentation is made from.</summary>
/// <param name="Field">The member in the client's words, such as <c>n</c>, <c>logit_bias</c>, <c>image by URL</c>.</param>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Note">Why, or in which words it is said instead: one sentence.</param>
public sealed record FidelityRule(string Field, FidelityOutcome Outcome, string Note)
{
    /// <summary>
    /// True when the answer is the one that was asked for all the same: what is lost is a hint, a name that is put back, or a thought that
    /// only its minter could read. Such a rule refuses nothing where fidelity is strict.
    /// </summary>
    public bool IsHarmless { get; init; }

    /// <summary>True when the rule stands for any member of a kind: what it was applied to is then named by its place.</summary>
    public bool IsGeneric { get; init; }
}

/// <summary>What a translation could not say as it was said.</summary>
public sealed class FidelityLog
{
    // Most requests can be said as they were said.
    private List<FidelityEntry>? _entries;

    /// <summary>All of it, in order of discovery.</summary>
    public IReadOnlyList<FidelityEntry> Entries => _entries ?? (IReadOnlyList<FidelityEntry>)[];

    /// <summary>The first refusal, or null.</summary>
    public FidelityEntry? Refusal => _entries?.Find(static e => e.Rule.Outcome == FidelityOutcome.Refused);

    /// <summary>The first thing that shapes the answer and could not be said as it was said, or null.</summary>
    public FidelityEntry? Loss => _entries?.Find(static e => !e.Rule.IsHarmless);

    /// <summary>Applies a rule at a place of the client's body.</summary>
    /// <param name="rule">Of the writer's table.</param>
    /// <param name="pointer">JSON pointer, such as <c>/messages/2/content/0</c>; may be empty.</param>
    public void Apply(FidelityRule rule, string pointer = "")
    {
        _entries ??= [];
        foreach (var entry in _entries)
        {
            if (entry.Rule == rule && entry.Pointer == pointer) return;
        }

        _entries.Add(new FidelityEntry(rule, pointer));
    }
}

/// <summary>A rule that was applied.</summary>
/// <param name="Rule">Which.</param>
/// <param name="Pointer">Where in the client's body, or in the provider's answer.</param>
public sealed record FidelityEntry(FidelityRule Rule, string Pointer)
{
    private const int LongestName = 64;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./");

    /// <summary>
    /// What a header calls it: the rule's field; for a rule that stands for many members the member's own name, unless somebody has put
    /// into it what no header should hold.
    /// </summary>
    public string Name
    {
        get
        {
            var name = Pointer.AsSpan().TrimStart('/');
            return Rule.IsGeneric && name.Length is > 0 and <= LongestName && !name.ContainsAnyExcept(NameCharacters) ? name.ToString() : Rule.Field;
        }
    }
}

/// <summary>The client's body breaks its own dialect's rules: 400.</summary>
public sealed class ChatFormatException(string message, string pointer) : FormatException(message)
{
    /// <summary>JSON pointer of the place.</summary>
    public string Pointer { get; } = pointer;
}
