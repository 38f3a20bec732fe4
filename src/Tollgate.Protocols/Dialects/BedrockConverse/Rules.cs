using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators.Answers;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>What Converse cannot say.</summary>
internal static class ConverseRules
{
    // The conversation
    public static readonly FidelityRule FirstIsUser = new(
        "messages that do not begin with the user", Approximated, "Converse wants the user to speak first: a user message saying 'Continue.' is put before.")
    { IsHarmless = true };

    public static readonly FidelityRule BlankText = new("text of nothing but blanks", Approximated, "Converse refuses blank text: the block is left out.") { IsHarmless = true };

    public static readonly FidelityRule EmptyResult = new("tool result without content", Approximated, "Sent as the text '(no output)', as Converse wants some.") { IsHarmless = true };

    public static readonly FidelityRule Refusal = new("refusal of an assistant message", Approximated, "Sent as text.") { IsHarmless = true };

    public static readonly FidelityRule ForeignReasoning = new(
        "reasoning of an assistant message", Dropped, "Only Claude takes reasoning back, and only with its own signature.")
    { IsHarmless = true };

    public static readonly FidelityRule ForeignToken = new("thought signature of a tool call", Dropped, "Only the model that made it understands it.") { IsHarmless = true };

    public static readonly FidelityRule ForeignPart = new("content of a type that only its own API knows", Dropped, "Converse has no such block.");

    public static readonly FidelityRule Annotations = new("annotations and citations of earlier text", Dropped, "The text is sent without them.") { IsHarmless = true };

    // Media
    public static readonly FidelityRule MediaByUrl = new(
        "image, audio, video or document by URL", Refused, "Converse takes bytes or s3:// addresses: send it as a data URI.");

    public static readonly FidelityRule MediaByFile = new("content by file id", Refused, "Converse has no uploaded files: send the bytes.");

    public static readonly FidelityRule ImageFormat = new("image format", Refused, "Converse takes PNG, JPEG, GIF and WebP.");

    public static readonly FidelityRule AudioFormat = new("audio format", Refused, "Converse takes MP3, WAV, OGG, Opus, FLAC, AAC, M4A, MP4, MKA and WebM, and no audio in tool results.");

    public static readonly FidelityRule VideoFormat = new("video format", Refused, "Converse takes MP4, MOV, MKV, WebM, FLV, MPEG, WMV and 3GP.");

    public static readonly FidelityRule DocumentFormat = new(
        "document format", Refused, "Converse takes PDF, CSV, DOC, DOCX, XLS, XLSX, HTML, TXT and MD.");

    public static readonly FidelityRule TextFormat = new("text document of another type", Approximated, "Sent as plain text.") { IsHarmless = true };

    public static readonly FidelityRule DocumentName = new(
        "document name", Approximated, "Characters that Converse does not take are replaced, and doubled names are numbered.")
    { IsHarmless = true };

    public static readonly FidelityRule DocumentText = new(
        "document without text beside it", Approximated, "Converse wants text beside a document: 'See the document.' is added.")
    { IsHarmless = true };

    public static readonly FidelityRule Detail = new("detail of an image", Dropped, "Converse has no such setting.");

    // Tools
    public static readonly FidelityRule Arguments = new("arguments of a tool call that are no JSON object", Approximated, "Sent as {}.");

    public static readonly FidelityRule ToolsOfHistory = new(
        "tool calls in messages without tools", Approximated, "Converse wants a definition of each tool: one without parameters is made from its name.")
    { IsHarmless = true };

    public static readonly FidelityRule ToolName = new("tool names", Approximated, "Names that Converse does not take are replaced, and put back in the answer.") { IsHarmless = true };

    public static readonly FidelityRule ToolId = new("ids of tool calls", Approximated, "Ids that Converse does not take, or that occur twice, are replaced in call and result.") { IsHarmless = true };

    public static readonly FidelityRule ForeignTool = new("tools that another provider runs", Dropped, "Bedrock cannot run them.");

    public static readonly FidelityRule ForcedForeignTool = new("tool choice of a tool that cannot be sent", Refused, "Without the tool it cannot be called.");

    public static readonly FidelityRule NoTools = new(
        "tool choice none", Approximated, "Converse has no such choice: the tools are not sent, so that none can be called.")
    { IsHarmless = true };

    public static readonly FidelityRule NoToolsWithHistory = new(
        "tool choice none after tool calls", Approximated, "Earlier calls need their tools' definitions, so the model could call one.");

    public static readonly FidelityRule Parallel = new("parallel_tool_calls false", Dropped, "Converse has no such setting: the model may call several tools at once.");

    // Parameters
    public static readonly FidelityRule Count = new("n", Refused, "Converse gives one answer: up to 8 are asked for one by one, but not in a stream.");

    public static readonly FidelityRule Logprobs = new("logprobs", Refused, "Converse gives none.");

    public static readonly FidelityRule BlankStop = new("blank stop sequence", Refused, "Claude takes no stop sequence of nothing but white space.");

    public static readonly FidelityRule EmptyStop = new("empty stop sequence", Approximated, "Left out: nothing meets it.") { IsHarmless = true };

    public static readonly FidelityRule Prefill = new("last turn of the assistant", Refused, "Claude since 4.6 does not go on with words that were put into its mouth: let a user speak last.");

    public static readonly FidelityRule WebSearch = new("web_search_options", Refused, "Bedrock has no search.");

    public static readonly FidelityRule Hint = new("hints to caches, logs and speculation", Dropped, "Converse has none of OpenAI's.") { IsHarmless = true, IsGeneric = true };

    public static readonly FidelityRule Temperature = new("temperature above 1", Approximated, "Converse takes 0 to 1: sent as 1.");

    public static readonly FidelityRule Sampling = new("temperature, top_p or top_k of Claude 4.7 and later", Dropped, "These models refuse them.");

    public static readonly FidelityRule TopPBesideTemperature = new("top_p beside temperature", Dropped, "Claude 4.1 and later take one of the two.");

    public static readonly FidelityRule SamplingBesideThinking = new("temperature, top_p or top_k beside thinking", Dropped, "Claude refuses them while it thinks.");

    public static readonly FidelityRule TopK = new("top_k", Dropped, "This model's top_k is not known.");

    public static readonly FidelityRule Penalties = new("presence_penalty and frequency_penalty", Dropped, "Converse has none.");

    public static readonly FidelityRule Seed = new("seed", Dropped, "Converse has none.");

    public static readonly FidelityRule User = new("user", Dropped, "requestMetadata would write it into invocation logs: send that to have it there.") { IsHarmless = true };

    public static readonly FidelityRule JsonObject = new("response_format json_object", Approximated, "Asked for by an instruction, as Converse needs a schema to enforce it.");

    public static readonly FidelityRule Grammar = new("guided_choice, guided_regex and guided_grammar", Refused, "Converse can only be held to a JSON schema.");

    public static readonly FidelityRule AudioAnswer = new("modalities with audio", Refused, "Converse answers in text.");

    public static readonly FidelityRule CachePoint = new(
        "cache_control", Dropped, "This model caches no prompts, or nothing that could be cached stands before.")
    { IsHarmless = true };

    public static readonly FidelityRule CacheTtl = new("ttl of cache_control", Dropped, "Only Claude takes a lifetime.") { IsHarmless = true };

    public static readonly FidelityRule ServiceTier = new("service_tier", Dropped, "Bedrock's are default, flex, priority and reserved.");

    public static readonly FidelityRule Extra = new("members that Converse does not know", Dropped, "They mean nothing to Bedrock.") { IsGeneric = true };

    // Reasoning
    public static readonly FidelityRule Reasoning = new("reasoning effort or thinking", Dropped, "This model does not think, or cannot be told how much.");

    public static readonly FidelityRule ReasoningOff = new("thinking turned off", Dropped, "This model always thinks.");

    public static readonly FidelityRule ReasoningBudget = new("reasoning effort", Approximated, "Sent as a budget of thinking tokens, at most half of max_tokens: low 1024, medium 8192, high 16384, above that 32000.");

    public static readonly FidelityRule ReasoningEffort = new(
        "thinking budget, or an effort that the model has no word for", Approximated, "Sent as the effort that comes nearest.");

    public static readonly FidelityRule ReasoningNoRoom = new("thinking with a small max_tokens", Dropped, "Claude thinks at least 1024 tokens, and max_tokens must be greater.");

    public static readonly FidelityRule ReasoningForcedTool = new("thinking with a forced tool call", Dropped, "Claude does not think when it must call a tool.");

    public static readonly FidelityRule ReasoningLost = new(
        "thinking after a tool call without its thoughts", Dropped, "Claude wants the signed thinking of the call back; the client did not send it.");

    public static readonly FidelityRule Visible = new("visibility of thoughts", Dropped, "Only Claude can be told.");

    /// <summary>All of them, for the documentation.</summary>
    public static readonly IReadOnlyList<FidelityRule> All =
    [
        FirstIsUser, BlankText, EmptyResult, Refusal, ForeignReasoning, ForeignToken, ForeignPart, Annotations,
        MediaByUrl, MediaByFile, ImageFormat, AudioFormat, VideoFormat, DocumentFormat, TextFormat, DocumentName, DocumentText, Detail,
        Arguments, ToolsOfHistory, ToolName, ToolId, ForeignTool, ForcedForeignTool, NoTools, NoToolsWithHistory, Parallel,
        Count, SeveralAnswers.Rule, Logprobs, BlankStop, EmptyStop, Prefill, WebSearch, Hint, Temperature, Sampling, TopPBesideTemperature, SamplingBesideThinking, TopK, Penalties, Seed, User, JsonObject, Grammar,
        AudioAnswer, CachePoint, CacheTtl, ServiceTier, Extra,
        Reasoning, ReasoningOff, ReasoningBudget, ReasoningEffort, ReasoningNoRoom, ReasoningForcedTool, ReasoningLost, Visible,
    ];
}
