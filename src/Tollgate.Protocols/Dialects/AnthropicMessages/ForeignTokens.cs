using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>
/// Tokens of other minters in the places that Anthropic has for its own: signatures and redacted thinking. Clients send both back unread.
/// One that did not turn thinking on does not expect such blocks, and gets none.
/// </summary>
internal static class ForeignTokens
{
    /// <summary>A token of thoughts as one that this dialect can write; null for none.</summary>
    /// <param name="request">Which is answered.</param>
    /// <param name="token">Of any minter.</param>
    /// <param name="hasText">True when the thoughts beside it can be read.</param>
    public static OpaqueToken? AsOwn(ChatRequest request, OpaqueToken? token, bool hasText)
    {
        if (token is null or { Minter: Wire.Minter }) return token;
        return Expects(request) ? new OpaqueToken(Wire.Minter, hasText ? OpaqueTokenKind.Signature : OpaqueTokenKind.Redacted, TokenText.Write(token)) : null;
    }

    /// <summary>The data of a redacted block before a call, which has no place for a token of its own; null for none.</summary>
    public static string? OfCall(ChatRequest request, OpaqueToken? token)
        => token is not null && Expects(request) ? TokenText.Write(token, ofCall: true) : null;

    private static bool Expects(ChatRequest request) => request.Reasoning?.Enabled == true;
}
