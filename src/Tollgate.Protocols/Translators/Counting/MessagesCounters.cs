using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>Anthropic's own <c>count_tokens</c>, for clients of other APIs. It refuses members that it does not know.</summary>
internal sealed class MessagesCounter : TokenCounter
{
    internal override string Name => "Anthropic's count_tokens";

    internal override UpstreamDialect Dialect => AnthropicMessagesUpstream.Instance;

    internal override UpstreamCall? Ask(CountQuestion question, string model, FidelityLog log) =>
        Prompt(question.Chat, model, log, "model", "system", "messages", "tools", "tool_choice") is { } body ? new UpstreamCall("", body) { As = Operations.CountTokens } : null;

    internal override long? Read(JsonElement answer) => answer.Member("input_tokens").Count();
}

/// <summary>
/// Claude on Bedrock: the body of InvokeModel inside one of CountTokens, in base64.
/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
/// </summary>
internal sealed class InvokedMessagesCounter : TokenCounter
{
    private static readonly string[] s_members =
        ["anthropic_version", "anthropic_beta", "max_tokens", "messages", "system", "thinking", "tool_choice", "tools", "cache_control", "output_config", "context_management", "mcp_servers"];

    internal override string Name => "CountTokens (InvokeModel)";

    internal override UpstreamDialect Dialect => AnthropicMessagesUpstream.Instance;

    internal override UpstreamCall? Ask(CountQuestion question, string model, FidelityLog log)
    {
        // Who speaks Messages is understood there word for word.
        var speaksMessages = question.Chat.Dialect == Dialect.Name;
        if ((speaksMessages ? question.Body : Prompt(question.Chat, model, log, s_members)) is not { } messages) return null;
        var inner = Complete(messages);
        var body = Wire.Object(json =>
        {
            json.WriteStartObject("input"u8);
            json.WriteStartObject("invokeModel"u8);
            json.WriteBase64String("body"u8, inner.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        return new UpstreamCall("count-tokens", body) { Model = BedrockModel.WithoutRegion(model), IsWrapper = true };
    }

    internal override long? Read(JsonElement answer) => answer.Member("inputTokens").Count();

    /// <summary>InvokeModel wants a version and a limit, also where nothing is going to be written.</summary>
    private static ReadOnlyMemory<byte> Complete(ReadOnlyMemory<byte> messages)
    {
        using var document = JsonDocument.Parse(messages, DeepJson.Document);
        var (hasVersion, hasLimit) = (document.RootElement.Has("anthropic_version"), document.RootElement.Has("max_tokens"));
        return Only(messages, json =>
        {
            if (!hasVersion) json.WriteString("anthropic_version"u8, "bedrock-2023-05-31"u8);
            if (!hasLimit) json.WriteNumber("max_tokens"u8, 1);
        }, s_members);
    }
}
