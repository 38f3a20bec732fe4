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
            AudioInput = Audio(usage, "promptTokensDetails"u8),
            AudioOutput = Audio(usage, "candidatesTokensDetails"u8),
        };
    }

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);

    private static long? Audio(JsonElement usage, ReadOnlySpan<byte> details)
    {
        foreach (var detail in usage.Elements(details))
        {
            if (detail.Text("modality"u8) == "AUDIO") return detail.Integer("tokenCount"u8);
        }

        return null;
    }
}
