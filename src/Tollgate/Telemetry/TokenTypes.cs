using Tollgate.Protocols;

namespace Tollgate.Telemetry;

/// <summary>The values of <c>gen_ai.token.type</c>.</summary>
internal static class TokenTypes
{
    internal static readonly string[] Names = ["input", "output", "cached_input", "cache_creation_input", "reasoning"];

    /// <summary>How many of a type were used; null when the provider did not say.</summary>
    internal static long? Of(in TokenUsage usage, int type) => type switch
    {
        0 => usage.Input,
        1 => usage.Output,
        2 => usage.CachedInput,
        3 => usage.CacheCreation,
        _ => usage.Reasoning,
    };
}
