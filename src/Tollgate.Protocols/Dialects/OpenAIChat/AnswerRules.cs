using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>What of an answer a chat completion cannot say.</summary>
internal static class AnswerRules
{
    public static readonly FidelityRule Citations = new("citations of documents", Dropped, "Annotations lead to addresses only.");
    public static readonly FidelityRule ToolResults = new("calls and results of tools that the provider ran", Dropped, "Chat completions tell what they led to, not what they were.");
    public static readonly FidelityRule Member = new("members of the provider's answer", Dropped, "Chat completions have no such member.") { IsGeneric = true };
    public static readonly FidelityRule StopSequence = new("stop sequence that was met", Approximated, "finish_reason is 'stop', whatever stopped the model.");
    public static readonly FidelityRule Pause = new("pause of a long turn", Approximated, "finish_reason is 'stop': there is no way to go on.");
    public static readonly FidelityRule Service = new("tier and traffic of the provider", Omitted, "service_tier tells those that OpenAI has a word for.");

    /// <summary>Says what of a reason to stop <see cref="Finish.Write"/> cannot say.</summary>
    public static void Judge(FinishReason? reason, FidelityLog log)
    {
        if (reason == FinishReason.StopSequence) log.Apply(StopSequence);
        else if (reason == FinishReason.Pause) log.Apply(Pause);
    }

    public static IReadOnlyList<FidelityRule> All { get; } = [Citations, ToolResults, Member, StopSequence, Pause, Service];
}
