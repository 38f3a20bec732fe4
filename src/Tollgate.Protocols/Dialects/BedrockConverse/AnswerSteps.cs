using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>The steps that whole answers and streams have in common, so that both cannot disagree.</summary>
internal static class AnswerSteps
{
    /// <summary>Claude signs its reasoning, whoever hosts it; no other model of Bedrock does.</summary>
    public const string Minter = "anthropic";

    public static ChatEvent ToolCall(JsonElement toolUse, ToolNames names) => new(ChatEventKind.ToolCall)
    {
        Id = toolUse.TextOf("toolUseId"u8),
        Name = names.ToClient(toolUse.TextOf("name"u8) ?? ""),
    };

    public static ChatEvent Text(ChatEventKind kind, string text) => new(kind) { Text = text };

    /// <summary>The token of <c>reasoningText.signature</c>; null when it is empty, as an empty one is refused when it comes back.</summary>
    public static ChatEvent? Signature(JsonElement reasoning) => Token(reasoning.TextOf("signature"u8), OpaqueTokenKind.Signature);

    /// <summary>The token of <c>redactedContent</c>, base64.</summary>
    public static ChatEvent? Redacted(JsonElement reasoning) => Token(reasoning.TextOf("redactedContent"u8), OpaqueTokenKind.Redacted);

    /// <summary>The end of an answer: of <c>messageStop</c>, and of a whole answer.</summary>
    public static ChatEvent Finish(JsonElement parent)
    {
        var reason = parent.TextOf("stopReason"u8);
        parent.TryMember("additionalModelResponseFields"u8, JsonValueKind.Object, out var additional);
        return new ChatEvent(ChatEventKind.Finish)
        {
            Finish = BedrockConverse.Finish.Of(reason),
            NativeFinish = reason,
            // Only there when the request asked for it, by additionalModelResponseFieldPaths.
            Text = additional.TextOf("stop_sequence"u8),
        };
    }

    private static ChatEvent? Token(string? data, OpaqueTokenKind kind) => string.IsNullOrEmpty(data)
        ? null
        : new ChatEvent(ChatEventKind.ReasoningToken) { Token = new OpaqueToken(Minter, kind, data) };
}
