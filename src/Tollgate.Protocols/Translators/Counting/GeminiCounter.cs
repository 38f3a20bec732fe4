using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.GeminiGenerate;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>Vertex AI's <c>:countTokens</c>: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens</summary>
internal sealed class GeminiCounter : TokenCounter
{
    internal override string Name => "countTokens";

    internal override UpstreamDialect Dialect => GeminiGenerateUpstream.Instance;

    internal override UpstreamCall? Ask(CountQuestion question, string model, FidelityLog log) =>
        Prompt(question.Chat, model, log, "contents", "systemInstruction", "tools") is { } body ? new UpstreamCall(":countTokens", body) : null;

    // A prompt without a token has no count at all: members of zero are left out.
    internal override long? Read(JsonElement answer) => answer.ValueKind == JsonValueKind.Object ? answer.Member("totalTokens").Count() ?? 0 : null;
}
