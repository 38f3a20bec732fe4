using System.Diagnostics.CodeAnalysis;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Finds the part on which each thought signature of a model's turn goes back. One that stood on a text is a reasoning part without text
/// behind it. Clients that know signatures only on reasoning have that of the first call there; Gemini itself never leaves that call unsigned.
/// </summary>
internal static class Signatures
{
    /// <summary>The signature of each part; null for none.</summary>
    public static string?[] Place(List<Part> parts, FidelityLog log)
    {
        var signatures = new string?[parts.Count];
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is ToolCallPart call) signatures[i] ??= Own(call.Token, call, log);
            if (parts[i] is not ReasoningPart reasoning) continue;
            var hasText = !string.IsNullOrEmpty(reasoning.Text);
            var signature = Own(reasoning.Token, reasoning, log);
            if (hasText && signature is null) log.Apply(Fidelity.ReasoningText, reasoning.Pointer);
            if (signature is not null) signatures[Home(parts, signatures, i, hasText)] = signature;
        }

        return signatures;
    }

    /// <summary>True for Gemini's.</summary>
    public static bool IsOwn([NotNullWhen(true)] OpaqueToken? token) => token is { Minter: "gemini", Kind: OpaqueTokenKind.Signature };

    private static string? Own(OpaqueToken? token, Part part, FidelityLog log)
    {
        if (token is null) return null;
        if (IsOwn(token)) return token.Data;
        log.Apply(Fidelity.ForeignToken, part.Pointer);
        return null;
    }

    private static int Home(List<Part> parts, string?[] signatures, int at, bool hasText)
    {
        if (!hasText && at > 0 && parts[at - 1] is TextPart { Text.Length: > 0 } && signatures[at - 1] is null) return at - 1;
        var call = parts.FindIndex(p => p is ToolCallPart);
        return call > at && parts[call] is ToolCallPart { Token: null } && signatures[call] is null ? call : at;
    }
}
