using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary><c>stop_reason</c> and back (<see href="https://docs.anthropic.com/en/api/handling-stop-reasons"/>).</summary>
internal static class Finish
{
    public static FinishReason Read(string stopReason) => stopReason switch
    {
        "end_turn" => FinishReason.Stop,
        "stop_sequence" => FinishReason.StopSequence,
        "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
        "tool_use" => FinishReason.ToolCalls,
        "refusal" => FinishReason.ContentFilter,
        "pause_turn" => FinishReason.Pause,
        _ => FinishReason.Other,
    };

    /// <summary>The word for an answer.</summary>
    /// <param name="reason">What the provider said.</param>
    /// <param name="called">The answer holds calls: OpenAI says "stop" even then, when the tool was forced.</param>
    /// <param name="refused">The answer holds a refusal, which OpenAI ends with "stop".</param>
    public static string Write(FinishReason reason, bool called, bool refused) => reason switch
    {
        FinishReason.StopSequence => "stop_sequence",
        FinishReason.Length => "max_tokens",
        FinishReason.ToolCalls => "tool_use",
        FinishReason.ContentFilter => "refusal",
        FinishReason.Pause => "pause_turn",
        FinishReason.Stop when called => "tool_use",
        FinishReason.Stop when refused => "refusal",
        _ => "end_turn",
    };
}
