using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Pipeline.Translation;

/// <summary>A request between two dialects: what was asked, how the provider is asked, and what could not be said.</summary>
internal sealed record Translation(ClientDialect Client, UpstreamDialect Upstream, ChatRequest Request, FidelityLog Log)
{
    /// <summary>The fields that were left out or said in other words, for the response's header; null when there are none.</summary>
    internal string? Dropped => Log.Dropped();
}

/// <summary>What a log says to clients.</summary>
internal static class FidelityNotice
{
    /// <summary>The fields that were left out, for the response's header; null when there are none.</summary>
    internal static string? Dropped(this FidelityLog log)
    {
        var fields = log.Entries.Where(e => e.Rule.Outcome == FidelityOutcome.Dropped).Select(e => e.Rule.Field).Distinct(StringComparer.Ordinal).ToArray();
        return fields.Length == 0 ? null : string.Join(", ", fields);
    }
}
