using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>What OpenAI's chat completions cannot say.</summary>
internal static class Rules
{
    public static readonly FidelityRule TopK = new("top_k", Dropped, "Chat completions have no top_k.");
    public static readonly FidelityRule Stop = new("stop", Refused, "Chat completions take at most 4 stop sequences.");
    public static readonly FidelityRule CacheHints = new("cache_control", Dropped, "OpenAI caches prompts by itself.") { IsHarmless = true };
    public static readonly FidelityRule Thinking = new("thinking blocks", Dropped, "Chat completions take no earlier reasoning back.") { IsHarmless = true };
    public static readonly FidelityRule CallSignature = new("thought signature", Dropped, "Only Gemini models understand the signature of a call.") { IsHarmless = true };
    public static readonly FidelityRule Budget = new("thinking budget", Approximated, "Becomes reasoning_effort: up to 1024 tokens low, up to 8192 medium, above that high.");
    public static readonly FidelityRule EffortMax = new("effort max", Approximated, "Becomes reasoning_effort high.");
    public static readonly FidelityRule NoReasoning = new("thinking", Dropped, "GPT-4 and older models do not reason and refuse reasoning_effort.");
    public static readonly FidelityRule ThinkingOff = new("thinking disabled", Dropped, "Only some models have a way to say so; the model's default stays.");
    public static readonly FidelityRule VisibleThoughts = new("visible thoughts", Dropped, "Chat completions cannot ask for thoughts; servers that show them do so unasked.");
    public static readonly FidelityRule ToolResultMedia = new("media in tool results", Approximated, "Tool messages take text only: the media follow in a user message.") { IsHarmless = true };
    public static readonly FidelityRule ToolError = new("is_error", Dropped, "Tool messages have no flag for failure; the text stays as it is.");
    public static readonly FidelityRule ToolOrder = new("text after a tool call", Approximated, "An assistant message holds its text before its calls.") { IsHarmless = true };
    public static readonly FidelityRule ForeignTool = new("provider-run tool", Refused, "Only the provider whose tool it is can run it.");
    public static readonly FidelityRule MediaUrl = new("media by URL", Refused, "Images must be inline or at an http or https address, sound inline.");
    public static readonly FidelityRule MediaFile = new("media by file id", Refused, "Images and sound must be inline.");
    public static readonly FidelityRule AudioFormat = new("audio format", Refused, "Sound must be WAV or MP3.");
    public static readonly FidelityRule Video = new("video", Refused, "Chat completions take no films.");
    public static readonly FidelityRule AssistantMedia = new("media of the model", Dropped, "An assistant message holds text and calls only.");
    public static readonly FidelityRule DocumentUrl = new("document by URL", Refused, "Documents must be inline.");
    public static readonly FidelityRule DocumentFile = new("document by file id", Refused, "The file is with another provider.");
    public static readonly FidelityRule DocumentType = new("document type", Refused, "Documents must be PDF or text.");
    public static readonly FidelityRule DocumentText = new("text document", Approximated, "Becomes a text part.") { IsHarmless = true };
    public static readonly FidelityRule DocumentContext = new("document context", Dropped, "Files have no description.");
    public static readonly FidelityRule Citations = new("citations", Dropped, "Chat completions cannot cite documents, nor take citations back.");
    public static readonly FidelityRule ForeignPart = new("foreign content", Dropped, "Only the dialect that it comes from knows this kind of content.");
    public static readonly FidelityRule StoredState = new("stored conversation", Refused, "Chat completions keep nothing: send the whole conversation.");
    public static readonly FidelityRule RemoteTools = new("remote tools", Refused, "Chat completions cannot run tools of the provider's side.");
    public static readonly FidelityRule Extra = new("other members", Dropped, "Chat completions have no such member.") { IsGeneric = true };

    public static IReadOnlyList<FidelityRule> All { get; } =
    [
        TopK, Stop, CacheHints, Thinking, CallSignature, Budget, EffortMax, NoReasoning, ThinkingOff, VisibleThoughts, ToolResultMedia,
        ToolError, ToolOrder, ForeignTool, MediaUrl, MediaFile, AudioFormat, Video, AssistantMedia, DocumentUrl, DocumentFile, DocumentType,
        DocumentText, DocumentContext, Citations, ForeignPart, StoredState, RemoteTools, Extra,
    ];
}
