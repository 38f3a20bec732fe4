using System.Buffers;
using System.Text;
using Tollgate.Protocols.Framing;

namespace Tollgate.Bench.Translation;

/// <summary>Whole streams of providers of other dialects: so many events, the beginning and the end among them.</summary>
internal static class TranslatedStreams
{
    internal static IEnumerable<byte[]> Anthropic(int events)
    {
        yield return Sse("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_0123456789\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench-model-2025\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":212,\"output_tokens\":1}}}");
        yield return Sse("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
        for (var i = 0; i < events - 5; i++) yield return Sse("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" token\"}}");
        yield return Sse("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
        yield return Sse("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":47}}");
        yield return Sse("message_stop", "{\"type\":\"message_stop\"}");
    }

    internal static IEnumerable<byte[]> Bedrock(int events)
    {
        yield return Binary("messageStart", "{\"role\":\"assistant\",\"p\":\"abcdefgh\"}");
        for (var i = 0; i < events - 4; i++) yield return Binary("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" token\"},\"p\":\"abcdefghij\"}");
        yield return Binary("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abc\"}");
        yield return Binary("messageStop", "{\"stopReason\":\"end_turn\",\"p\":\"abcdef\"}");
        yield return Binary("metadata", "{\"metrics\":{\"latencyMs\":412},\"usage\":{\"inputTokens\":212,\"outputTokens\":47,\"totalTokens\":259},\"p\":\"abcdef\"}");
    }

    internal static IEnumerable<byte[]> Gemini(int events)
    {
        const string Common = "\"usageMetadata\":{\"promptTokenCount\":212,\"candidatesTokenCount\":47,\"totalTokenCount\":259},\"modelVersion\":\"bench-model-2025\",\"responseId\":\"r0123456789\"}";
        for (var i = 0; i < events - 1; i++) yield return Sse("", "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" token\"}],\"role\":\"model\"},\"index\":0}]," + Common);
        yield return Sse("", "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" token\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}]," + Common);
    }

    private static byte[] Sse(string name, string data) => Encoding.ASCII.GetBytes((name.Length > 0 ? $"event: {name}\n" : "") + $"data: {data}\n\n");

    private static byte[] Binary(string type, string payload)
    {
        var output = new ArrayBufferWriter<byte>();
        AwsEventStream.Write(output, Encoding.ASCII.GetBytes(payload), "event", type);
        return output.WrittenSpan.ToArray();
    }
}
