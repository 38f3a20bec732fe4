using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// Where what stands beside an answer goes in a chat completion: members that OpenAI or Azure has, and two of Gemini's that gateways have
/// agreed on. The log gets the rest.
/// </summary>
internal static class AnswerExtras
{
    private const string Gemini = "gemini.generate";

    private static readonly RawJson DefaultTier = RawJson.From("\"default\"");

    /// <summary>Name and value of a member of the completion and its chunks; null when there is none.</summary>
    public static (string Name, RawJson Json)? OfAnswer(in AnswerExtra extra, FidelityLog log)
    {
        switch (extra.Name)
        {
            case "service_tier" or "serviceTier" or "trafficType":
                if (Tier(extra) is { } tier) return ("service_tier", tier == "default" ? DefaultTier : RawJson.From($"\"{tier}\""));
                log.Apply(AnswerRules.Service);
                return null;
            case "system_fingerprint" or "prompt_filter_results" when IsOpenAI(extra):
                return (extra.Name, extra.Json);
            default:
                log.Apply(AnswerRules.Member, "/" + extra.Name);
                return null;
        }
    }

    /// <summary>Name and value of a member of a choice, or of its message; null when there is none.</summary>
    public static (string Name, bool OfMessage, RawJson Json)? OfChoice(in AnswerExtra extra, FidelityLog log)
    {
        if (extra.Dialect == OpenAIChatClient.DialectName) return (extra.Name, extra.Name != "content_filter_results", extra.Json);
        if (extra.Dialect == Gemini && extra.Name is "safetyRatings") return ("safety_ratings", true, extra.Json);
        if (extra.Dialect == Gemini && extra.Name is "groundingMetadata") return ("grounding_metadata", true, extra.Json);
        if (extra.Name == "citation") log.Apply(AnswerRules.Citations);
        else if (IsOfTool(extra.Name)) log.Apply(AnswerRules.ToolResults);
        else log.Apply(AnswerRules.Member, "/" + extra.Name);
        return null;
    }

    /// <summary>Annotations of a block in the words of chat completions; empty when there are none.</summary>
    public static RawJson Annotations(RawJson annotations, string? dialect, int start, int end, FidelityLog log)
    {
        if (dialect == OpenAIChatClient.DialectName) return annotations;
        var isLossy = true;
        var said = dialect == "anthropic.messages" ? UrlCitations.From(annotations, start, end, out isLossy) : default;
        if (isLossy) log.Apply(AnswerRules.Citations);
        return said;
    }

    private static bool IsOpenAI(in AnswerExtra extra) => extra.Dialect.StartsWith("openai.", StringComparison.Ordinal);

    /// <summary>True for the names of blocks and items that tell of a tool that the provider ran.</summary>
    public static bool IsOfTool(string name) => name.Contains("tool", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_call", StringComparison.Ordinal) || name is "searchResult";

    /// <summary>OpenAI's word for a tier; null when it has none.</summary>
    public static string? Tier(in AnswerExtra extra)
    {
        if (extra.Json.Utf8.Span.SequenceEqual("\"standard\""u8)) return "default"; // nearly always
        using var document = JsonDocument.Parse(extra.Json.Utf8, DeepJson.Document);
        var value = document.RootElement;
        var word = value.ValueKind == JsonValueKind.Object ? WireText.Foreign(value, "type"u8) : value.ValueKind == JsonValueKind.String ? WireText.Of(value) : null;
        return word switch
        {
            "default" or "auto" or "flex" or "scale" or "priority" => word,
            "standard" or "ON_DEMAND" => "default",
            "ON_DEMAND_PRIORITY" => "priority",
            "ON_DEMAND_FLEX" => "flex",
            _ => null,
        };
    }
}
