using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Why an answer ends: a <c>status</c>, and where it is <c>incomplete</c> a reason.</summary>
internal static class Finish
{
    /// <summary>OpenAI's reason why a response is incomplete; null when it is complete.</summary>
    public static string? Incomplete(FinishReason? finish) => finish switch
    {
        FinishReason.Length => "max_output_tokens",
        FinishReason.ContentFilter => "content_filter",
        _ => null,
    };

    /// <summary>Reads a provider's status.</summary>
    public static FinishReason Read(string status, string? reason, bool hasCalls) => (status, reason) switch
    {
        ("incomplete", "content_filter") => FinishReason.ContentFilter,
        ("incomplete", _) => FinishReason.Length,
        ("completed", _) => hasCalls ? FinishReason.ToolCalls : FinishReason.Stop,
        _ => FinishReason.Other,
    };
}
