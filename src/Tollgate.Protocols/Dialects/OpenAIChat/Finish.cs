using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Why an answer ends, in OpenAI's words and those of servers that are compatible with it.</summary>
internal static class Finish
{
    /// <summary>
    /// Reads a provider's word. <c>stop</c> with calls in the answer means calls: OpenAI says so when the tool was forced by name, other
    /// servers always, and clients of other dialects would not run the tools.
    /// </summary>
    public static FinishReason Read(string native, bool hasCalls) => native switch
    {
        "stop" or "eos" or "end_turn" => hasCalls ? FinishReason.ToolCalls : FinishReason.Stop,
        "stop_sequence" => FinishReason.StopSequence,
        "length" or "max_tokens" => FinishReason.Length,
        "tool_calls" or "function_call" => FinishReason.ToolCalls,
        "content_filter" => FinishReason.ContentFilter,
        "malformed_function_call" or "unexpected_tool_call" => FinishReason.Malformed,
        _ => FinishReason.Other,
    };

    /// <summary>
    /// Writes OpenAI's word. Only OpenAI's own four: typed SDKs throw on a fifth. What they have no word for is <c>stop</c>, the one that
    /// makes no client act: <c>length</c> would make it ask for more, <c>content_filter</c> blame the prompt.
    /// </summary>
    public static ReadOnlySpan<byte> Write(FinishReason? reason) => reason switch
    {
        FinishReason.Length => "length"u8,
        FinishReason.ToolCalls => "tool_calls"u8,
        FinishReason.ContentFilter => "content_filter"u8,
        _ => "stop"u8,
    };
}
