using System.Buffers;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Pipeline.Translation;

/// <summary>A request between two dialects: what was asked, how the provider is asked, and what could not be said.</summary>
internal sealed record Translation(ClientDialect Client, UpstreamDialect Upstream, ChatRequest Request, FidelityLog Log)
{
    private const int LongestName = 64;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./");

    /// <summary>What was left out of the request so far known, and of the answer, for the response's header and the log; null when nothing was.</summary>
    internal string? Dropped(FidelityLog? answer = null)
    {
        if (Log.Entries.Count == 0 && answer is null or { Entries.Count: 0 }) return null;
        var names = Log.Entries.Concat(answer?.Entries ?? [])
            .Where(e => e.Rule.Outcome == FidelityOutcome.Dropped)
            .Select(NameOf)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        return names.Length == 0 ? null : string.Join(", ", names);
    }

    /// <summary>The rule's own word; for one that stands for many members the member's name, unless the client has put into it what no header can hold.</summary>
    private static string NameOf(FidelityEntry entry)
    {
        var name = entry.Pointer.AsSpan().TrimStart('/');
        return entry.Rule.IsGeneric && name.Length is > 0 and <= LongestName && !name.ContainsAnyExcept(NameCharacters) ? name.ToString() : entry.Rule.Field;
    }
}
