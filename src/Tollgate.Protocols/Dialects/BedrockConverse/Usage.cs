using System.Text.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Converse's <c>usage</c>: <c>inputTokens</c> leaves out what was read from or written to a cache.</summary>
internal static class Usage
{
    /// <summary>Null when the object says nothing.</summary>
    public static TokenUsage? Read(JsonElement parent)
    {
        if (!parent.TryMember("usage"u8, JsonValueKind.Object, out var usage)) return null;
        var (input, read, written) = (Count(usage, "inputTokens"u8), Count(usage, "cacheReadInputTokens"u8), Count(usage, "cacheWriteInputTokens"u8));
        var tokens = new TokenUsage
        {
            Input = input is null && read is null && written is null ? null : (input ?? 0) + (read ?? 0) + (written ?? 0),
            CachedInput = read,
            CacheCreation = written,
            Output = Count(usage, "outputTokens"u8),
        };
        return tokens.IsKnown ? tokens : null;
    }

    private static long? Count(JsonElement usage, ReadOnlySpan<byte> name) =>
        usage.TryMember(name, JsonValueKind.Number, out var value) && value.TryGetInt64(out var count) && count >= 0 ? count : null;
}
