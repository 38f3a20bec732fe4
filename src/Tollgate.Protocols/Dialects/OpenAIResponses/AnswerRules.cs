using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>What of an answer a response cannot say, and where what stands beside an answer goes.</summary>
internal static class AnswerRules
{
    public static readonly FidelityRule Documents = new("citations of documents", Approximated, "A file_citation names the document by its title and number, as it is no file of OpenAI's.");
    public static readonly FidelityRule Citations = new("citations of another kind", Dropped, "Annotations lead to addresses and files only.");
    public static readonly FidelityRule ToolResults = new("calls and results of tools that the provider ran", Dropped, "Items of that kind tell of OpenAI's own tools.");
    public static readonly FidelityRule Member = new("members of the provider's answer", Dropped, "Responses have no such member.") { IsGeneric = true };
    public static readonly FidelityRule Choices = new("further answers", Dropped, "A response is one answer.");
    public static readonly FidelityRule StopSequence = new("stop sequence that was met", Approximated, "The status is 'completed', whatever stopped the model.");
    public static readonly FidelityRule Pause = new("pause of a long turn", Approximated, "The status is 'completed': there is no way to go on.");
    public static readonly FidelityRule Service = new("fingerprint, traffic and findings of filters", Omitted, "What a filter cut is told by incomplete_details.");

    public static IReadOnlyList<FidelityRule> All { get; } = [Documents, Citations, ToolResults, Member, Choices, StopSequence, Pause, Service];

    /// <summary>Says what of a reason to stop a status cannot say.</summary>
    public static void Judge(FinishReason? reason, FidelityLog log)
    {
        if (reason == FinishReason.StopSequence) log.Apply(StopSequence);
        else if (reason == FinishReason.Pause) log.Apply(Pause);
    }

    /// <summary>Judges something beside the answer; the service tier in OpenAI's words when that is what it is.</summary>
    public static string? Judge(in AnswerExtra extra, FidelityLog log)
    {
        switch (extra.Name)
        {
            case "service_tier" or "serviceTier" or "trafficType":
                var tier = AnswerExtras.Tier(extra);
                if (tier is null) log.Apply(Service);
                return tier;
            case "system_fingerprint" or "prompt_filter_results" or "content_filter_results" or "safetyRatings":
                log.Apply(Service);
                return null;
            case "citation":
                log.Apply(Citations);
                return null;
            default:
                log.Apply(AnswerExtras.IsOfTool(extra.Name) ? ToolResults : Member, "/" + extra.Name);
                return null;
        }
    }
}
