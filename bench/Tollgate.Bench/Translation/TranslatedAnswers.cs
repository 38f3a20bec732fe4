using System.Text;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Bench.Translation;

/// <summary>The answer of the relay's benchmark as providers of other dialects would give it.</summary>
internal static class TranslatedAnswers
{
    internal const string Text = "The quick brown fox said \\\"no\\\" and jumped over the lazy dog;\\n then it rained for a while. The quick brown fox said \\\"no\\\" and jumped over the lazy dog;\\n then it rained for a while. ";

    internal static readonly string Anthropic =
        "{\"id\":\"msg_0123456789\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench-model-2025\",\"content\":[{\"type\":\"text\",\"text\":\"" + Text + "\"}],"
        + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":212,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":41,\"service_tier\":\"standard\"}}";

    internal static readonly string Bedrock =
        "{\"metrics\":{\"latencyMs\":412},\"output\":{\"message\":{\"content\":[{\"text\":\"" + Text + "\"}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":212,\"outputTokens\":41,\"totalTokens\":253}}";

    internal static readonly string Gemini =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + Text + "\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],"
        + "\"usageMetadata\":{\"promptTokenCount\":212,\"candidatesTokenCount\":41,\"totalTokenCount\":253},\"modelVersion\":\"bench-model-2025\",\"responseId\":\"r0123456789\"}";

    /// <summary>Streams of so many content events in each dialect.</summary>
    internal static IEnumerable<(UpstreamDialect Dialect, (byte[] Name, byte[] Data)[] Frames)> Streams(int events)
    {
        yield return (AnthropicMessagesUpstream.Instance, Frames(
            [("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}"), ("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")],
            ("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" token\"}}"), events));
        yield return (BedrockConverseUpstream.Instance, Frames(
            [("messageStart", "{\"role\":\"assistant\",\"p\":\"abc\"}")],
            ("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" token\"},\"p\":\"abcdefghij\"}"), events));
        yield return (GeminiGenerateUpstream.Instance, Frames(
            [],
            ("", "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\" token\"}]},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":2,\"totalTokenCount\":3},\"modelVersion\":\"g\",\"responseId\":\"r\"}"), events));
        yield return (OpenAIChatUpstream.Instance, Frames(
            [],
            ("", "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"g\",\"service_tier\":\"default\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,\"finish_reason\":null}]}"), events));
    }

    private static (byte[] Name, byte[] Data)[] Frames((string Name, string Data)[] beginning, (string Name, string Data) repeated, int events) =>
        [.. beginning.Concat(Enumerable.Repeat(repeated, events)).Select(f => (Encoding.UTF8.GetBytes(f.Name), Encoding.UTF8.GetBytes(f.Data)))];
}
