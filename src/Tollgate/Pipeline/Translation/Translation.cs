using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Pipeline.Translation;

/// <summary>A request between two dialects: what was asked, how the provider is asked, and what could not be said.</summary>
internal sealed record Translation(ClientDialect Client, UpstreamDialect Upstream, ChatRequest Request, FidelityLog Log)
{
    /// <summary>What was left out, of the request and as far as it is known of the answer, each name once.</summary>
    internal IReadOnlyList<FidelityEntry> Dropped(FidelityLog? answer = null)
    {
        if (!HasDropped(Log) && (answer is null || !HasDropped(answer))) return [];
        return [.. Log.Entries.Concat(answer?.Entries ?? []).Where(e => e.Rule.Outcome == FidelityOutcome.Dropped).DistinctBy(e => e.Name, StringComparer.Ordinal)];
    }

    private static bool HasDropped(FidelityLog log)
    {
        for (var i = 0; i < log.Entries.Count; i++)
        {
            if (log.Entries[i].Rule.Outcome == FidelityOutcome.Dropped) return true;
        }

        return false;
    }

    /// <summary>What was left out of the request, as <c>x-tollgate-dropped</c> says it; null when there is nothing to announce.</summary>
    internal string? Announcement => Header(Dropped());

    /// <summary>The value of <c>x-tollgate-dropped</c>; null when there is nothing to announce.</summary>
    internal static string? Header(IReadOnlyList<FidelityEntry> dropped) => dropped.Count == 0 ? null : string.Join(", ", dropped.Select(e => e.Name));
}
