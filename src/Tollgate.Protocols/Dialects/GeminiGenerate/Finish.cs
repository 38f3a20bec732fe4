using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Gemini's <c>finishReason</c>.</summary>
internal static class Finish
{
    /// <summary>What it means. Gemini says STOP for answers that call tools, so the calls decide.</summary>
    public static FinishReason From(string? reason, bool hasCalls) => reason switch
    {
        null or "STOP" => hasCalls ? FinishReason.ToolCalls : FinishReason.Stop,
        "MAX_TOKENS" => FinishReason.Length,
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "MODEL_ARMOR" => FinishReason.ContentFilter,
        "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => FinishReason.ContentFilter,
        "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" => FinishReason.Malformed,
        _ => FinishReason.Other,
    };
}
