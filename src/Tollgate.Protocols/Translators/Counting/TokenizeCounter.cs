using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>vLLM's <c>/tokenize</c>, for clients of other APIs: its count includes what the model's template puts around the messages.</summary>
internal sealed class TokenizeCounter : TokenCounter
{
    internal override string Name => "tokenize";

    internal override UpstreamDialect Dialect => OpenAIChatUpstream.Instance;

    internal override UpstreamCall? Ask(CountQuestion question, string model, FidelityLog log) =>
        Prompt(question.Chat, model, log, "model", "messages", "tools") is { } body ? new UpstreamCall("", body) { As = Operations.Tokenize } : null;

    internal override long? Read(JsonElement answer) => answer.Member("count").Count();
}
