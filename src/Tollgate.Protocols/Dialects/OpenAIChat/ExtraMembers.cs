using System.Collections.Frozen;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>What becomes of members that the form has no place for.</summary>
internal static class ExtraMembers
{
    // Chat completions and responses mean the same with these.
    private static readonly FrozenSet<string> OfBothApis = FrozenSet.ToFrozenSet(
        ["service_tier", "metadata", "store", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "logit_bias", "verbosity", "prediction", "modalities"],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> OfStoredState = FrozenSet.ToFrozenSet(
        ["previous_response_id", "conversation", "prompt", "background", "container"], StringComparer.Ordinal);

    /// <summary>The rule for a member of another dialect's request; null when it can be written as it is.</summary>
    public static FidelityRule? RuleOf(string name, string dialect)
    {
        // The options of streams are the gateway's own to write; a slash marks a member of a message.
        if (dialect == OpenAIChatClient.DialectName) return name == "stream_options" || name.Contains('/', StringComparison.Ordinal) ? Rules.Extra : null;
        if (OfStoredState.Contains(name)) return Rules.StoredState;
        if (name == "mcp_servers") return Rules.RemoteTools;
        return dialect.StartsWith("openai.", StringComparison.Ordinal) && OfBothApis.Contains(name) ? null : Rules.Extra;
    }
}
