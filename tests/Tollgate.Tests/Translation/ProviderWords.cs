using System.Text;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Translation;

/// <summary>What providers say, in their own dialects: always the same answer, of 11 tokens in and 7 out.</summary>
internal static class ProviderWords
{
    public const string Text = "Halt! é😀";

    public static string ContentType(Cell cell) => cell.IsAws ? "application/vnd.amazon.eventstream" : "text/event-stream";

    /// <summary>Name of the model that the answer has; null when the dialect has no place for it.</summary>
    public static string? Model(Cell cell) => cell.Dialect == "bedrock.converse" ? null : "model-that-answered";

    public static string Whole(Cell cell) => cell.Dialect switch
    {
        "openai.chat" => """{"id":"c1","object":"chat.completion","created":1700000000,"model":"model-that-answered","choices":[{"index":0,"message":{"role":"assistant","content":"Halt! é😀"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}""",
        "openai.responses" => Response("completed", Message),
        "anthropic.messages" => """{"id":"msg_1","type":"message","role":"assistant","model":"model-that-answered","content":[{"type":"text","text":"Halt! é😀"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":7}}""",
        "bedrock.converse" => """{"output":{"message":{"role":"assistant","content":[{"text":"Halt! é😀"}]}},"stopReason":"end_turn","usage":{"inputTokens":11,"outputTokens":7,"totalTokens":18},"metrics":{"latencyMs":5}}""",
        _ => """{"candidates":[{"content":{"role":"model","parts":[{"text":"Halt! é😀"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18},"modelVersion":"model-that-answered","responseId":"r1"}""",
    };

    /// <summary>The frames of a streamed answer, each whole.</summary>
    public static byte[][] Frames(Cell cell) => cell.Dialect switch
    {
        "openai.chat" =>
        [
            Event("""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"model-that-answered","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""),
            Event("""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"model-that-answered","choices":[{"index":0,"delta":{"content":"Halt! "},"finish_reason":null}]}"""),
            Event("""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"model-that-answered","choices":[{"index":0,"delta":{"content":"é😀"},"finish_reason":null}]}"""),
            Event("""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"model-that-answered","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""),
            Event("""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"model-that-answered","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}"""),
            Event("[DONE]"),
        ],
        "openai.responses" => [.. ResponseEvents.Select(Named)],
        "anthropic.messages" => [.. AnthropicEvents.Select(e => Claude(cell, e))],
        "bedrock.converse" =>
        [
            EventStreamMessage.Event("messageStart", """{"p":"ab","role":"assistant"}"""),
            EventStreamMessage.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Halt! "},"p":"abc"}"""),
            EventStreamMessage.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"é😀"},"p":"a"}"""),
            EventStreamMessage.Event("contentBlockStop", """{"contentBlockIndex":0,"p":"abcd"}"""),
            EventStreamMessage.Event("messageStop", """{"stopReason":"end_turn","p":"ab"}"""),
            EventStreamMessage.Event("metadata", """{"usage":{"inputTokens":11,"outputTokens":7,"totalTokens":18},"metrics":{"latencyMs":5},"p":"ab"}"""),
        ],
        _ =>
        [
            Event("""{"candidates":[{"content":{"role":"model","parts":[{"text":"Halt! "}]},"index":0}],"usageMetadata":{"promptTokenCount":11},"modelVersion":"model-that-answered","responseId":"r1"}"""),
            Event("""{"candidates":[{"content":{"role":"model","parts":[{"text":"é😀"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18},"modelVersion":"model-that-answered","responseId":"r1"}"""),
        ],
    };

    /// <summary>Frames up to the first content, that included.</summary>
    public static byte[] Beginning(Cell cell) =>
        [.. Frames(cell).Take(cell.Dialect switch { "openai.chat" or "bedrock.converse" => 2, "anthropic.messages" => 3, "openai.responses" => 4, _ => 1 }).SelectMany(f => f)];

    public static byte[] Stream(Cell cell) => [.. Frames(cell).SelectMany(f => f)];

    /// <summary>The provider's own error inside a stream: overloaded, or what comes nearest.</summary>
    public static byte[] ErrorFrame(Cell cell) => cell.Dialect switch
    {
        "openai.chat" => Event("""{"error":{"message":"too many at the gate","type":"rate_limit_error","code":429}}"""),
        "openai.responses" => Named("""{"type":"error","sequence_number":9,"code":"rate_limit_exceeded","message":"too many at the gate","param":null}"""),
        "anthropic.messages" => Claude(cell, """{"type":"error","error":{"type":"rate_limit_error","message":"too many at the gate"}}"""),
        "bedrock.converse" => EventStreamMessage.Exception("throttlingException", """{"message":"too many at the gate"}"""),
        _ => Event("""{"error":{"code":429,"message":"too many at the gate","status":"RESOURCE_EXHAUSTED"}}"""),
    };

    /// <summary>The provider's own body of an error status.</summary>
    public static string Error(Cell cell) => cell.Kind switch
    {
        "openai" or "azure-openai" or "chat-only" or "responses-only" => """{"error":{"message":"too many at the gate","type":"requests","param":null,"code":"rate_limit_exceeded"}}""",
        "anthropic" or "gcp-anthropic" => """{"type":"error","error":{"type":"rate_limit_error","message":"too many at the gate"}}""",
        "gcp-vertex" or "gemini-native" => """{"error":{"code":429,"message":"too many at the gate","status":"RESOURCE_EXHAUSTED"}}""",
        _ => """{"message":"too many at the gate"}""",
    };

    private static readonly string[] AnthropicEvents =
    [
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"model-that-answered","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Halt! "}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"é😀"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7}}""",
        """{"type":"message_stop"}""",
    ];

    private const string Message = """{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Halt! é😀","annotations":[],"logprobs":[]}]}""";

    private static readonly string[] ResponseEvents =
    [
        $$"""{"type":"response.created","sequence_number":0,"response":{{Response("in_progress", "")}}}""",
        """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}""",
        """{"type":"response.content_part.added","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""",
        """{"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Halt! ","logprobs":[]}""",
        """{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"é😀","logprobs":[]}""",
        """{"type":"response.output_text.done","sequence_number":5,"item_id":"msg_1","output_index":0,"content_index":0,"text":"Halt! é😀","logprobs":[]}""",
        """{"type":"response.content_part.done","sequence_number":6,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Halt! é😀","annotations":[]}}""",
        $$"""{"type":"response.output_item.done","sequence_number":7,"output_index":0,"item":{{Message}}}""",
        $$"""{"type":"response.completed","sequence_number":8,"response":{{Response("completed", Message)}}}""",
    ];

    private static string Response(string status, string items)
    {
        var usage = items.Length == 0 ? "null" : """{"input_tokens":11,"input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":18}""";
        return $$"""{"id":"resp_1","object":"response","created_at":1700000000,"status":"{{status}}","error":null,"model":"model-that-answered","output":[{{items}}],"usage":{{usage}}}""";
    }

    private static byte[] Claude(Cell cell, string json) => cell.IsAws
        ? EventStreamMessage.Chunk(json)
        : Named(json);

    private static byte[] Named(string json) => Encoding.UTF8.GetBytes($"event: {System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("type").GetString()}\ndata: {json}\n\n");

    private static byte[] Event(string data) => Encoding.UTF8.GetBytes($"data: {data}\n\n");
}
