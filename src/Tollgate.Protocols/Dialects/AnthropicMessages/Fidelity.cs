using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators.Answers;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>What the Messages API cannot say, and what becomes of it.</summary>
internal static class Fidelity
{
    // What the answer would not be without.
    public static readonly FidelityRule Count = new("n", Refused, "The API writes one answer: up to 8 are asked for one by one, but not in a stream.");
    public static readonly FidelityRule Logprobs = new("logprobs", Refused, "The API gives no log probabilities.");
    public static readonly FidelityRule BlankStop = new("blank stop sequence", Refused, "The API takes no stop sequence of nothing but white space.");
    public static readonly FidelityRule PrefillRefused = new("last turn of the assistant", Refused, "Models since 4.6 do not go on with words that were put into their mouth: let a user speak last.");
    public static readonly FidelityRule Guided = new("guided decoding", Refused, "The API can be held to a JSON schema only: send guided_json, or a response_format.");
    public static readonly FidelityRule WebSearch = new("web_search_options", Refused, "Search is a tool of the API's own, which answers in blocks of its own.");
    public static readonly FidelityRule Audio = new("modalities with audio", Refused, "The API answers in text.");
    public static readonly FidelityRule Schema = new("response schema on older models", Refused, "Models before 4.5 have no structured output.");
    public static readonly FidelityRule HostedTool = new("tool that another provider runs", Refused, "Only its own provider can run it.");
    public static readonly FidelityRule Sound = new("audio or video", Refused, "The API takes images and documents only.");
    public static readonly FidelityRule ImageType = new("image type", Refused, "The API takes JPEG, PNG, GIF and WebP.");
    public static readonly FidelityRule DocumentType = new("document type", Refused, "The API takes PDF and plain text.");
    public static readonly FidelityRule Address = new("gs: or s3: address", Refused, "The API fetches from http and https only.");
    public static readonly FidelityRule File = new("file of another provider", Refused, "Anthropic does not know ids of files that were uploaded elsewhere.");

    // What the answer is nearly the same without.
    public static readonly FidelityRule PresencePenalty = new("presence_penalty", Dropped, "The API has no penalties.");
    public static readonly FidelityRule FrequencyPenalty = new("frequency_penalty", Dropped, "The API has no penalties.");
    public static readonly FidelityRule Seed = new("seed", Dropped, "The API cannot repeat an answer.");
    public static readonly FidelityRule LogitBias = new("logit_bias", Dropped, "Token ids mean something else to every model.");
    public static readonly FidelityRule ServiceTier = new("service_tier", Dropped, "Only 'auto' means the same to both.");
    public static readonly FidelityRule Extra = new("members that the API does not know", Dropped, "It refuses bodies that hold them.") { IsGeneric = true };
    public static readonly FidelityRule Hint = new("hints to caches, logs and speculation", Dropped, "The API has none of OpenAI's.") { IsHarmless = true, IsGeneric = true };
    public static readonly FidelityRule Sampling = new("temperature, top_p, top_k on models since 4.7", Dropped, "These models refuse them.");
    public static readonly FidelityRule TopPBesideTemperature = new("top_p beside temperature", Dropped, "Models since 4.1 refuse both at once.");
    public static readonly FidelityRule TopWhileThinking = new("top_p, top_k while thinking", Dropped, "The API refuses top_k, and top_p below 0.95.");
    public static readonly FidelityRule Thinking = new("reasoning on models that cannot think", Dropped, "Models before 3.7 do not think.");
    public static readonly FidelityRule Display = new("display of thinking on older models", Dropped, "Models before 4 always show it.");
    public static readonly FidelityRule Strict = new("strict tools on older models", Dropped, "Models before 4.5 do not hold a schema strictly.");
    public static readonly FidelityRule OutputDescription = new("description of the response schema", Dropped, "The API takes the schema alone.") { IsHarmless = true };
    public static readonly FidelityRule ForeignReasoning = new("reasoning without Anthropic's signature", Dropped, "The API refuses thinking that it did not sign.") { IsHarmless = true };
    public static readonly FidelityRule CallToken = new("thought signature of a call or text", Dropped, "Only Gemini can read it.") { IsHarmless = true };
    public static readonly FidelityRule Annotations = new("annotations of another dialect", Dropped, "The API takes its own citations only.") { IsHarmless = true };
    public static readonly FidelityRule Opaque = new("parts of another dialect", Dropped, "Only their own provider knows them.");
    public static readonly FidelityRule Detail = new("image detail", Dropped, "The API chooses the resolution itself.");
    public static readonly FidelityRule AssistantMedia = new("image or document of the assistant", Dropped, "The API takes them from users only.");
    public static readonly FidelityRule Blank = new("blank text", Dropped, "The API refuses white space where no words are beside it.") { IsHarmless = true };
    public static readonly FidelityRule CacheHint = new("cache mark", Dropped, "The API takes four, and none on thinking or empty blocks.") { IsHarmless = true };

    // What is said in other words.
    public static readonly FidelityRule MaxTokens = new("max_tokens not given", Approximated, "The API demands it; of a model without a known limit 4096 tokens are asked for.");
    public static readonly FidelityRule MaxTokensRaised = new("max_tokens below the thinking budget", Approximated, "Raised above the budget, which counts into it.");
    public static readonly FidelityRule Budget = new("thinking budget below 1024", Approximated, "Raised to 1024, the least that the API takes.");
    public static readonly FidelityRule BudgetToAdaptive = new("thinking budget on models since 4.7", Approximated, "These models decide themselves how much they think.");
    public static readonly FidelityRule AdaptiveToBudget = new("adaptive thinking on models before 4.6", Approximated, "Said as a budget.");
    public static readonly FidelityRule EffortToBudget = new("reasoning effort on older models", Approximated, "Said as a thinking budget: low 1024, medium 8192, high 16384, above that 32000 tokens.");
    public static readonly FidelityRule EffortLevel = new("reasoning effort minimal, xhigh, max", Approximated, "Said as the nearest that the model knows.");
    public static readonly FidelityRule ThinkingOverruled = new("thinking beside a forced tool, before words of the model, or after a call without its thoughts", Approximated, "Turned off: the API refuses it there.");
    public static readonly FidelityRule TemperatureAboveOne = new("temperature above 1", Approximated, "Set to 1, the highest.");
    public static readonly FidelityRule TemperatureWhileThinking = new("temperature while thinking", Approximated, "Left out: thinking models sample at 1.");
    public static readonly FidelityRule JsonObject = new("any JSON object as response format", Approximated, "Asked for in the system prompt.");
    public static readonly FidelityRule OpenSchema = new("response schema with open objects", Approximated, "Objects are closed (additionalProperties: false), as the API demands.");
    public static readonly FidelityRule Opening = new("conversation that no user begins", Approximated, "A user turn '.' is put before it: the API wants the user to begin.") { IsHarmless = true };
    public static readonly FidelityRule Prefill = new("white space at the end of a last turn of the assistant", Approximated, "Left out: the API refuses it there.") { IsHarmless = true };
    public static readonly FidelityRule Refusal = new("refusal", Approximated, "Said as text.") { IsHarmless = true };
    public static readonly FidelityRule CallId = new("id of a call", Approximated, "Characters that the API refuses are replaced, in call and result alike.") { IsHarmless = true };
    public static readonly FidelityRule EmptyStop = new("empty stop sequence", Approximated, "Left out: nothing meets it.") { IsHarmless = true };
    public static readonly FidelityRule Arguments = new("arguments that are no JSON object", Approximated, "Sent as an empty object.");
    public static readonly FidelityRule ToolName = new("tool name", Approximated, "Characters that the API refuses are replaced, and put back in the answer.") { IsHarmless = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FidelityRule> All { get; } =
    [
        Count, SeveralAnswers.Rule, Logprobs, BlankStop, PrefillRefused, Guided, WebSearch, Audio, Schema, HostedTool, Sound, ImageType, DocumentType, Address, File,
        PresencePenalty, FrequencyPenalty, Seed, LogitBias, ServiceTier, Extra, Hint, Sampling, TopPBesideTemperature, TopWhileThinking,
        Thinking, Display, Strict, OutputDescription, ForeignReasoning, CallToken, Annotations, Opaque, Detail, AssistantMedia, Blank, CacheHint,
        MaxTokens, MaxTokensRaised, Budget, BudgetToAdaptive, AdaptiveToBudget, EffortToBudget, EffortLevel, ThinkingOverruled,
        TemperatureAboveOne, TemperatureWhileThinking, JsonObject, OpenSchema, Opening, Prefill, Refusal, CallId, EmptyStop, Arguments, ToolName,
    ];
}
