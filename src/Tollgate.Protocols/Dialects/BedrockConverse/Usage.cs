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
            CacheCreation1h = WrittenForAnHour(usage),
            Output = Count(usage, "outputTokens"u8),
        };
        if (!tokens.IsKnown) return null;
        if (parent.TryMember("serviceTier"u8, JsonValueKind.Object, out var tier) && tier.TryMember("type"u8, JsonValueKind.String, out var type)) tokens.ServiceTier = type.Text();
        return tokens;
    }

    /// <summary><c>cacheDetails</c> splits what was written by how long it is kept.</summary>
    private static long? WrittenForAnHour(JsonElement usage)
    {
        if (!usage.TryMember("cacheDetails"u8, JsonValueKind.Array, out var details)) return null;
        long? sum = null;
        foreach (var detail in details.EnumerateArray())
        {
            if (detail.ValueKind != JsonValueKind.Object || !detail.TryMember("ttl"u8, JsonValueKind.String, out var lifetime)) continue;
            var count = Count(detail, "inputTokens"u8) ?? 0;
            sum = (sum ?? 0) + (lifetime.ValueEquals("1h"u8) ? count : 0);
        }

        return sum;
    }

    private static long? Count(JsonElement usage, ReadOnlySpan<byte> name) =>
        usage.TryMember(name, JsonValueKind.Number, out var value) && value.TryGetInt64(out var count) && count >= 0 ? count : null;
}
