using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators.Answers;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>What OpenAI's responses cannot say.</summary>
internal static class Rules
{
    public static readonly FidelityRule TopK = new("top_k", Dropped, "Responses have no top_k.");
    public static readonly FidelityRule Penalties = new("presence_penalty and frequency_penalty", Dropped, "Responses have no penalties.");
    public static readonly FidelityRule Seed = new("seed", Dropped, "Responses cannot be repeated.");
    public static readonly FidelityRule Count = new("n", Refused, "A response is one answer: up to 8 are asked for one by one, but not in a stream.");
    public static readonly FidelityRule Stop = new("stop", Refused, "Responses have no stop sequences.");
    public static readonly FidelityRule ShortAnswer = new("max_tokens below 16", Approximated, "Raised to 16, the least that responses take.");
    public static readonly FidelityRule CacheHints = new("cache_control", Dropped, "OpenAI caches prompts by itself.") { IsHarmless = true };
    public static readonly FidelityRule Thinking = new("thinking blocks", Dropped, "Only OpenAI's own encrypted reasoning can come back.") { IsHarmless = true };
    public static readonly FidelityRule CallSignature = new("thought signature", Dropped, "Only Gemini models understand the signature of a call.") { IsHarmless = true };
    public static readonly FidelityRule Budget = new("thinking budget", Approximated, "Becomes reasoning.effort: up to 1024 tokens low, up to 8192 medium, above that high.");
    public static readonly FidelityRule EffortMax = new("effort max", Approximated, "Becomes reasoning.effort high.");
    public static readonly FidelityRule NoReasoning = new("thinking", Dropped, "GPT-4 and older models do not reason and refuse reasoning.effort.");
    public static readonly FidelityRule ThinkingOff = new("thinking disabled", Dropped, "Only some models have a way to say so; the model's default stays.");
    public static readonly FidelityRule ToolError = new("is_error", Dropped, "Results have no flag for failure; the text stays as it is.");
    public static readonly FidelityRule ForeignTool = new("provider-run tool", Refused, "Only the provider whose tool it is can run it.");
    public static readonly FidelityRule MediaUrl = new("media by URL", Refused, "Images and documents must be inline or at an http or https address.");
    public static readonly FidelityRule MediaFile = new("media by file id", Refused, "The file is with another provider.");
    public static readonly FidelityRule Sound = new("audio or video", Refused, "Responses take images and documents only.");
    public static readonly FidelityRule AudioAnswer = new("modalities with audio", Refused, "Responses answer in text.");
    public static readonly FidelityRule AssistantMedia = new("media of the model", Dropped, "A message of the model holds text only.");
    public static readonly FidelityRule DocumentType = new("document type", Refused, "Documents must be PDF or text.");
    public static readonly FidelityRule DocumentText = new("text document", Approximated, "Becomes a text part.") { IsHarmless = true };
    public static readonly FidelityRule DocumentContext = new("document context", Dropped, "Files have no description.");
    public static readonly FidelityRule Citations = new("citations", Dropped, "Responses cannot cite documents of a request, nor take citations back.");
    public static readonly FidelityRule ForeignPart = new("foreign content", Dropped, "Only the dialect that it comes from knows this kind of content.");
    public static readonly FidelityRule WebSearch = new("web_search_options", Approximated, "Becomes the tool web_search: the model decides whether it searches.");
    public static readonly FidelityRule RemoteTools = new("remote tools", Refused, "Another provider's list of servers is not OpenAI's.");
    public static readonly FidelityRule Extra = new("other members", Dropped, "Responses have no such member.") { IsGeneric = true };

    public static IReadOnlyList<FidelityRule> All { get; } =
    [
        TopK, Penalties, Seed, Count, SeveralAnswers.Rule, Stop, ShortAnswer, CacheHints, Thinking, CallSignature, Budget, EffortMax, NoReasoning, ThinkingOff,
        ToolError, ForeignTool, MediaUrl, MediaFile, Sound, AudioAnswer, AssistantMedia, DocumentType, DocumentText, DocumentContext,
        Citations, ForeignPart, WebSearch, RemoteTools, Extra,
    ];
}
