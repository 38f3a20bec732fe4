using System.Collections.Frozen;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>What becomes of members that the form has no place for.</summary>
internal static class Members
{
    // Chat completions and responses mean the same with these.
    private static readonly FrozenSet<string> OfBothApis = FrozenSet.ToFrozenSet(
        ["service_tier", "metadata", "store", "prompt_cache_key", "prompt_cache_retention", "safety_identifier"], StringComparer.Ordinal);

    /// <summary>True for a request in one of OpenAI's own grammars.</summary>
    public static bool IsOpenAIs(ChatRequest request) => request.Dialect.StartsWith("openai.", StringComparison.Ordinal);

    /// <summary>True for what stands elsewhere in the body, or says nothing.</summary>
    public static bool IsWrittenElsewhere(string name, RawJson value, ChatRequest request) => IsOpenAIs(request) && name switch
    {
        "verbosity" or "stream_options" => true,
        "modalities" => !HasAudio(value),
        _ => false,
    };

    /// <summary>The rule for a member; null when it can be written as it is.</summary>
    public static FidelityRule? RuleOf(string name, RawJson value, ChatRequest request) => name switch
    {
        "web_search_options" when IsOpenAIs(request) => Rules.WebSearch,
        "modalities" when IsOpenAIs(request) && HasAudio(value) => Rules.AudioAnswer,
        "mcp_servers" => Rules.RemoteTools,
        _ => IsOpenAIs(request) && OfBothApis.Contains(name) ? null : Rules.Extra,
    };

    private static bool HasAudio(RawJson modalities)
    {
        using var document = JsonDocument.Parse(modalities.Utf8, DeepJson.Document);
        return document.RootElement.ValueKind == JsonValueKind.Array
            && document.RootElement.EnumerateArray().Any(m => m.ValueKind == JsonValueKind.String && m.ValueEquals("audio"u8));
    }
}
