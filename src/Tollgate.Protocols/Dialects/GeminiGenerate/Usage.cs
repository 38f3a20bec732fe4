using System.Text.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Gemini's <c>usageMetadata</c>. Thoughts stand beside the candidates, not in them; what tools of the provider read stands beside the prompt.</summary>
internal static class Usage
{
    /// <summary>What it says; unknown when it counts nothing.</summary>
    public static TokenUsage From(JsonElement usage)
    {
        var thoughts = usage.Integer("thoughtsTokenCount"u8);
        return new TokenUsage
        {
            Input = Sum(usage.Integer("promptTokenCount"u8), usage.Integer("toolUsePromptTokenCount"u8)),
            CachedInput = usage.Integer("cachedContentTokenCount"u8),
            Output = Sum(usage.Integer("candidatesTokenCount"u8), thoughts),
            Reasoning = thoughts,
            AudioInput = OfModality(usage, "promptTokensDetails"u8, "AUDIO"),
            AudioOutput = OfModality(usage, "candidatesTokensDetails"u8, "AUDIO"),
            ImageInput = OfModality(usage, "promptTokensDetails"u8, "IMAGE"),
            ImageOutput = OfModality(usage, "candidatesTokensDetails"u8, "IMAGE"),
            ServiceTier = TierOf(usage.Text("trafficType"u8)),
        };
    }

    /// <summary>The tier that a kind of traffic is; null for the usual one, and for one that nobody knows.</summary>
    public static string? TierOf(string? traffic) => traffic switch
    {
        "ON_DEMAND_FLEX" => "flex",
        "ON_DEMAND_PRIORITY" => "priority",
        "PROVISIONED_THROUGHPUT" => "provisioned",
        _ => null,
    };

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);

    private static long? OfModality(JsonElement usage, ReadOnlySpan<byte> details, string modality)
    {
        foreach (var detail in usage.Items(details))
        {
            if (detail.Text("modality"u8) == modality) return detail.Integer("tokenCount"u8);
        }

        return null;
    }
}
