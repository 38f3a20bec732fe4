using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>What of an answer a message cannot say, and where what stands beside an answer goes.</summary>
internal static class AnswerRules
{
    public static readonly FidelityRule Annotations = new("annotations that lead to no address", Dropped, "Citations of search results have a URL.");
    public static readonly FidelityRule Spans = new("span of an annotation", Approximated, "A citation stands for the whole block.");
    public static readonly FidelityRule Logprobs = new("logprobs", Dropped, "Messages have no log probabilities.");
    public static readonly FidelityRule Signature = new("signature of another provider", Dropped, "A message holds Anthropic's only: the next turn goes on without it.");
    public static readonly FidelityRule Choices = new("further answers", Dropped, "A message is one answer.");
    public static readonly FidelityRule Member = new("members of the provider's answer", Dropped, "Messages have no such member.") { IsGeneric = true };
    public static readonly FidelityRule Service = new("fingerprint, traffic and findings of filters", Omitted, "What a filter cut is told by stop_reason.");

    public static IReadOnlyList<FidelityRule> All { get; } = [Annotations, Spans, Logprobs, Signature, Choices, Member, Service];

    /// <summary>Judges something beside the answer; the service tier in Anthropic's words when that is what it is.</summary>
    public static string? Judge(in AnswerExtra extra, FidelityLog log)
    {
        switch (extra.Name)
        {
            case "service_tier" or "serviceTier":
                // Bedrock wraps its word in an object.
                if (Contains(extra, "\"priority\""u8)) return "priority";
                if (Contains(extra, "\"default\""u8) || Contains(extra, "\"standard\""u8)) return "standard";
                log.Apply(Service);
                return null;
            case "system_fingerprint" or "prompt_filter_results" or "content_filter_results" or "trafficType" or "safetyRatings":
                log.Apply(Service);
                return null;
            default:
                log.Apply(Member, "/" + extra.Name);
                return null;
        }
    }

    /// <summary>A token that is not Anthropic's.</summary>
    public static void Judge(OpaqueToken? token, FidelityLog log)
    {
        if (token is { Minter: not Wire.Minter }) log.Apply(Signature);
    }

    private static bool Contains(in AnswerExtra extra, ReadOnlySpan<byte> word) => extra.Json.Utf8.Span.IndexOf(word) >= 0;
}
