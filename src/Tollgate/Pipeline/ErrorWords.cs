namespace Tollgate.Pipeline;

/// <summary>
/// Knows errors by the words that providers use for them: statuses are too coarse (everything that is wrong with a request is a 400),
/// and an error inside a stream has none. Codes first, then the sentences of providers that have no code for it.
/// </summary>
internal static class ErrorWords
{
    // An error page can be long, but what it is about stands near its start.
    private const int Most = 16 * 1024;

    /// <summary>What the error event of a stream says; a fault that nobody has a name for may pass.</summary>
    internal static FailureClass ClassOf(ReadOnlySpan<byte> frame) => Read(frame) ?? (Any(frame, "rate_limit"u8, "hrottling"u8, "too_many_requests"u8, "RESOURCE_EXHAUSTED"u8)
        ? FailureClass.Throttled
        : Any(frame, "authentication_error"u8, "permission_error"u8, "billing_error"u8, "invalid_api_key"u8)
            ? FailureClass.Credential
            : Any(frame, "invalid_request"u8, "validationException"u8) ? FailureClass.Final : FailureClass.Transient);

    /// <summary>What an error means beyond its status; null when its words say no more.</summary>
    internal static FailureClass? Read(ReadOnlySpan<byte> error)
    {
        if (error.Length > Most) error = error[..Most];
        if (IsTooLong(error)) return FailureClass.ContextLength;
        if (IsFiltered(error)) return FailureClass.Final;
        return Any(error, "insufficient_quota"u8, "credit balance is too low"u8, "billing_hard_limit"u8, "account_deactivated"u8) ? FailureClass.Credential : null;
    }

    /// <summary>OpenAI and its like; Anthropic; Bedrock; Gemini; vLLM.</summary>
    private static bool IsTooLong(ReadOnlySpan<byte> error) => Any(error, "context_length_exceeded"u8, "prompt is too long"u8, "nput is too long"u8, "exceed context limit"u8)
        || Any(error, "exceeds the maximum number of tokens"u8, "maximum context length"u8, "context window"u8, "too many input tokens"u8);

    /// <summary>Nobody else is asked for what one provider's policy forbids. OpenRouter's moderation answers 403.</summary>
    private static bool IsFiltered(ReadOnlySpan<byte> error) => Any(error, "content_filter"u8, "content_policy_violation"u8, "ResponsibleAIPolicyViolation"u8, "content filtering policy"u8)
        || Any(error, "requires moderation"u8, "moderation_blocked"u8, "safety_violation"u8, "blocked by our content"u8);

    private static bool Any(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d) =>
        text.IndexOf(a) >= 0 || text.IndexOf(b) >= 0 || text.IndexOf(c) >= 0 || text.IndexOf(d) >= 0;

    private static bool Any(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => text.IndexOf(a) >= 0 || text.IndexOf(b) >= 0;
}
