using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.OpenAIResponses;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>OpenAI's <c>responses/input_tokens</c>, for clients of other APIs.</summary>
internal sealed class ResponsesCounter : TokenCounter
{
    internal override string Name => "OpenAI's responses/input_tokens";

    internal override UpstreamDialect Dialect => OpenAIResponsesUpstream.Instance;

    internal override UpstreamCall? Ask(CountQuestion question, string model, FidelityLog log) =>
        Prompt(question.Chat, model, log, "model", "input", "instructions", "tools", "tool_choice") is { } body ? new UpstreamCall("", body) { As = Operations.ResponsesInputTokens } : null;

    internal override long? Read(JsonElement answer) => answer.Member("input_tokens").Count();
}
