namespace Tollgate.Protocols.Chat;

/// <summary>
/// Tokens as text, for client dialects that have one place for opaque text of their own maker only: <c>tollgate:MINTER:KIND:DATA</c>.
/// The conversation must remember whose a token is, since its next turn may go to another provider. The data are unchanged.
/// </summary>
internal static class TokenText
{
    private const string Mark = "tollgate:";
    private const string Call = "call";

    /// <summary>Writes a token down.</summary>
    /// <param name="token">Whose data hold no surrogate halves.</param>
    /// <param name="ofCall">True: it stands on the tool call that follows, not on thoughts.</param>
    public static string Write(OpaqueToken token, bool ofCall = false) => $"{Mark}{token.Minter}:{(ofCall ? Call : Word(token.Kind))}:{token.Data}";

    /// <summary>Reads what <see cref="Write"/> wrote; false for text that it did not write.</summary>
    public static bool TryRead(string text, out OpaqueToken token, out bool ofCall)
    {
        (token, ofCall) = (null!, false);
        if (!text.StartsWith(Mark, StringComparison.Ordinal)) return false;
        var parts = text[Mark.Length..].Split(':', 3);
        if (parts.Length < 3 || parts[0].Length == 0 || parts[2].Length == 0) return false;
        ofCall = parts[1] == Call;
        OpaqueTokenKind? kind = parts[1] switch
        {
            Call or "signature" => OpaqueTokenKind.Signature,
            "redacted" => OpaqueTokenKind.Redacted,
            "encrypted" => OpaqueTokenKind.Encrypted,
            _ => null,
        };
        if (kind is null) return false;
        token = new OpaqueToken(parts[0], kind.Value, parts[2]);
        return true;
    }

    private static string Word(OpaqueTokenKind kind) => kind switch
    {
        OpaqueTokenKind.Redacted => "redacted",
        OpaqueTokenKind.Encrypted => "encrypted",
        _ => "signature",
    };
}
