using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>What Gemini's generateContent cannot say.</summary>
internal static class Fidelity
{
    public static readonly FidelityRule StopCount = new("stop", Refused, "Gemini takes up to five stop sequences.");
    public static readonly FidelityRule Count = new("n", Refused, "Gemini makes up to eight answers.");
    public static readonly FidelityRule Seed = new("seed", Approximated, "Gemini's seed has 32 bits: the lower ones are sent.");
    public static readonly FidelityRule LogitBias = new("logit_bias", Dropped, "Gemini has no bias per token.");
    public static readonly FidelityRule User = new("user", Dropped, "Gemini has no member for the end user.") { IsHarmless = true };
    public static readonly FidelityRule Cache = new("cache_control", Dropped, "Gemini caches prompts by itself; a cache of one's own is named by cachedContent.") { IsHarmless = true };
    public static readonly FidelityRule OtherMember = new("other members", Dropped, "Gemini does not know the member.") { IsGeneric = true };
    public static readonly FidelityRule Hint = new("hints to caches, logs and speculation", Dropped, "Gemini has none of OpenAI's.") { IsHarmless = true, IsGeneric = true };
    public static readonly FidelityRule EmptyStop = new("empty stop sequence", Approximated, "Left out: nothing meets it.") { IsHarmless = true };
    public static readonly FidelityRule Modalities = new("modalities", Refused, "Answers of Gemini are translated as text only.");
    public static readonly FidelityRule WebSearch = new("web_search_options", Refused, "Search with Gemini is the tool google_search.");
    public static readonly FidelityRule StoredState = new("stored state", Refused, "Vertex AI stores no conversations, prompts or containers: send the whole conversation.");
    public static readonly FidelityRule Guided = new("guided decoding", Refused, "Gemini follows guided_choice and guided_json, one of them and no response_format beside it; no expressions or grammars.");
    public static readonly FidelityRule ConfigMember = new("generationConfig", Dropped, "The member is said already by the client's own parameters, or is no member of generationConfig.");

    public static readonly FidelityRule OnlySystem = new("system alone", Approximated, "Gemini needs a user's turn: the instructions are sent as one.") { IsHarmless = true };
    public static readonly FidelityRule EmptyTurn = new("empty turn", Dropped, "Gemini refuses turns without content.") { IsHarmless = true };
    public static readonly FidelityRule Annotations = new("annotations", Dropped, "Gemini takes no citations back.") { IsHarmless = true };
    public static readonly FidelityRule Refusal = new("refusal", Approximated, "Sent as text.") { IsHarmless = true };
    public static readonly FidelityRule OpaquePart = new("foreign block", Dropped, "Only the provider that made it understands it.");
    public static readonly FidelityRule ReasoningText = new("reasoning", Dropped, "Gemini takes back only thoughts that it signed.") { IsHarmless = true };
    public static readonly FidelityRule ForeignToken = new("signature", Dropped, "It was signed by another provider.") { IsHarmless = true };
    public static readonly FidelityRule MissingSignature = new("thought signature", Approximated, "Gemini 3 wants the first call of each step signed: the documented value that skips the check stands in.") { IsHarmless = true };
    public static readonly FidelityRule Arguments = new("tool call arguments", Approximated, "They are no JSON object: sent as the text of a member named arguments.");
    public static readonly FidelityRule UnknownCall = new("tool result", Refused, "Gemini names the function in a result, and the call is not in the conversation.");
    public static readonly FidelityRule ResultMedia = new("media in a tool result", Approximated, "Sent as parts behind the results of the turn.") { IsHarmless = true };

    public static readonly FidelityRule MediaType = new("media type of a URL", Approximated, "Gemini needs one and the URL tells none: image/jpeg, audio/mpeg, video/mp4 or application/pdf is assumed.") { IsHarmless = true };
    public static readonly FidelityRule Address = new("media by URL", Refused, "Gemini reads http, https and gs addresses only.");
    public static readonly FidelityRule UploadedFile = new("uploaded file", Refused, "The file lies with another provider.");
    public static readonly FidelityRule Detail = new("image detail", Dropped, "Models before Gemini 3 have one resolution for all media: generationConfig.media_resolution.");
    public static readonly FidelityRule DocumentNote = new("document title or context", Dropped, "Gemini takes the content only.");
    public static readonly FidelityRule Citations = new("citations", Dropped, "Gemini cites no documents of a request.");

    public static readonly FidelityRule NoThinking = new("reasoning settings", Dropped, "Models before Gemini 2.5 do not think.");
    public static readonly FidelityRule AlwaysThinks = new("reasoning off", Approximated, "The model always thinks: it is asked for the least.");
    public static readonly FidelityRule Effort = new("reasoning effort", Approximated, "The nearest level that the model has; before Gemini 3 a budget: minimal and low 1024, medium 8192, more 24576 tokens.");
    public static readonly FidelityRule UnknownEffort = new("reasoning effort word", Dropped, "Gemini has no level of that name.");
    public static readonly FidelityRule Budget = new("thinking budget", Approximated, "The nearest budget that the model takes.");

    public static readonly FidelityRule ProviderTool = new("provider tool", Refused, "Gemini runs google_search and enterprise_search only.");
    public static readonly FidelityRule Parallel = new("parallel_tool_calls", Dropped, "Gemini decides how many functions it calls at once.");
    public static readonly FidelityRule Strict = new("strict tool", Dropped, "Gemini has no strictness per function.");
    public static readonly FidelityRule SchemaNote = new("schema description", Dropped, "Gemini's response schema has no description beside it, only in it.");
    public static readonly FidelityRule SchemaLost = new("schema keyword", Approximated, "Schemas of models before Gemini 2.5 are a subset: the keyword is left out or said less strictly.");
    public static readonly FidelityRule SchemaEndless = new("recursive schema", Refused, "Schemas of models before Gemini 2.5 know no references, and this one cannot be written out.");

    /// <summary>All of them.</summary>
    public static readonly FidelityRule[] All =
    [
        StopCount, EmptyStop, Count, Seed, LogitBias, User, Cache, OtherMember, Hint, Modalities, WebSearch, StoredState, Guided, ConfigMember,
        OnlySystem, EmptyTurn, Annotations, Refusal, OpaquePart, ReasoningText, ForeignToken, MissingSignature, Arguments, UnknownCall, ResultMedia,
        MediaType, Address, UploadedFile, Detail, DocumentNote, Citations,
        NoThinking, AlwaysThinks, Effort, UnknownEffort, Budget,
        ProviderTool, Parallel, Strict, SchemaNote, SchemaLost, SchemaEndless,
    ];
}
