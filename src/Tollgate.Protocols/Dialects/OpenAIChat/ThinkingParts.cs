using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// Thoughts with their tokens in <c>thinking_blocks</c>, as gateways have agreed on, and in content parts. Tokens are Anthropic's unless
/// <c>provider</c> names another minter: only it can read them, and the conversation must remember whose they are.
/// </summary>
internal static class ThinkingParts
{
    private const string DefaultMinter = "anthropic";

    public static ReasoningPart ReadThinking(JsonElement block, string pointer)
    {
        var text = Fields.OptionalText(block, "thinking", pointer) ?? Fields.OptionalText(block, "text", pointer) ?? "";
        return new ReasoningPart(text, Token(block, OpaqueTokenKind.Signature, Fields.OptionalText(block, "signature", pointer), pointer));
    }

    public static ReasoningPart ReadRedacted(JsonElement block, string pointer)
    {
        var data = Fields.OptionalText(block, "data", pointer) ?? Fields.OptionalText(block, "redactedContent", pointer) ?? throw Fields.Missing(pointer + "/data");
        var token = Token(block, OpaqueTokenKind.Redacted, data, pointer);
        return token?.Minter == "openai"
            ? new ReasoningPart(Fields.OptionalText(block, "thinking", pointer), token with { Kind = OpaqueTokenKind.Encrypted })
            : new ReasoningPart(null, token);
    }

    public static void Write(Utf8JsonWriter json, string text, OpaqueToken token)
    {
        json.WriteStartObject();
        if (token.Kind == OpaqueTokenKind.Signature)
        {
            json.WriteString("type"u8, "thinking"u8);
            json.WriteText("thinking"u8, text);
            json.WriteText("signature"u8, token.Data);
        }
        else
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            if (text.Length > 0) json.WriteText("thinking"u8, text);
            json.WriteText("data"u8, token.Data);
        }

        if (token.Minter != DefaultMinter) json.WriteText("provider"u8, token.Minter);
        json.WriteEndObject();
    }

    /// <summary>An empty signature proves nothing, and its minter would refuse it.</summary>
    private static OpaqueToken? Token(JsonElement block, OpaqueTokenKind kind, string? data, string pointer)
        => data is { Length: > 0 } ? new OpaqueToken(Fields.OptionalText(block, "provider", pointer) ?? DefaultMinter, kind, data) : null;
}
