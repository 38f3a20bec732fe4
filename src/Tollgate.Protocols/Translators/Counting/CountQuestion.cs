using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>A prompt whose tokens are to be counted.</summary>
/// <param name="Chat">The prompt, and nothing that is not part of it (sampling, limits, formats).</param>
/// <param name="Body">As the client wrote it.</param>
public sealed record CountQuestion(ChatRequest Chat, ReadOnlyMemory<byte> Body)
{
    /// <summary>True: a bare text, which no conversation is around.</summary>
    public bool IsPlainText { get; init; }

    internal static ChatRequest PromptOf(ChatRequest request) => new()
    {
        Dialect = request.Dialect,
        System = request.System,
        Turns = request.Turns,
        Tools = request.Tools,
        ToolChoice = request.ToolChoice,
        Unsayable = request.Unsayable,
    };
}
