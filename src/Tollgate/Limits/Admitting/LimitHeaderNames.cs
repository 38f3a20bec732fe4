namespace Tollgate.Limits.Admitting;

/// <summary>The headers in which clients are told of one kind of limit.</summary>
internal sealed record LimitHeaderNames(string Limit, string Remaining, string Reset);

/// <summary>OpenAI's; see its guide to rate limits.</summary>
internal static class OpenAINames
{
    internal static readonly LimitHeaderNames Requests = Of("requests"), Tokens = Of("tokens");

    private static LimitHeaderNames Of(string kind) => new("x-ratelimit-limit-" + kind, "x-ratelimit-remaining-" + kind, "x-ratelimit-reset-" + kind);
}

/// <summary>Anthropic's; see its API reference on rate limits.</summary>
internal static class AnthropicNames
{
    internal static readonly LimitHeaderNames Requests = Of("requests"), Tokens = Of("tokens"), InputTokens = Of("input-tokens"), OutputTokens = Of("output-tokens");

    private static LimitHeaderNames Of(string kind) => new($"anthropic-ratelimit-{kind}-limit", $"anthropic-ratelimit-{kind}-remaining", $"anthropic-ratelimit-{kind}-reset");
}
