namespace Tollgate.Protocols;

/// <summary>
/// What a request consumed, meaning the same for every provider. Null: the provider did not say.
/// </summary>
/// <remarks>
/// <see cref="Input"/> is everything the model read, cached or not: what OpenAI and Gemini report as prompt tokens, and for
/// Anthropic and Bedrock, whose <c>input_tokens</c> leave caches out, the sum of the three. <see cref="Output"/> is everything
/// the model wrote, reasoning included.
/// </remarks>
public record struct TokenUsage
{
    /// <summary>All input tokens, cached and cache-creating ones included.</summary>
    public long? Input { get; set; }

    /// <summary>Input tokens read from a cache; part of <see cref="Input"/>.</summary>
    public long? CachedInput { get; set; }

    /// <summary>Input tokens written to a cache; part of <see cref="Input"/>.</summary>
    public long? CacheCreation { get; set; }

    /// <summary>Input tokens written to a cache that keeps them for an hour; part of <see cref="CacheCreation"/>, whose rest is kept 5 minutes.</summary>
    public long? CacheCreation1h { get; set; }

    /// <summary>All output tokens, reasoning included.</summary>
    public long? Output { get; set; }

    /// <summary>Reasoning tokens; part of <see cref="Output"/>.</summary>
    public long? Reasoning { get; set; }

    /// <summary>Audio tokens in; part of <see cref="Input"/>.</summary>
    public long? AudioInput { get; set; }

    /// <summary>Audio tokens out; part of <see cref="Output"/>.</summary>
    public long? AudioOutput { get; set; }

    /// <summary>Tokens of images in, where a provider counts them apart; part of <see cref="Input"/>.</summary>
    public long? ImageInput { get; set; }

    /// <summary>Tokens of images out; part of <see cref="Output"/>.</summary>
    public long? ImageOutput { get; set; }

    /// <summary>Images made.</summary>
    public long? Images { get; set; }

    /// <summary>Seconds of audio, where a provider bills by duration.</summary>
    public double? AudioSeconds { get; set; }

    /// <summary>Searches billed, for reranking.</summary>
    public long? SearchUnits { get; set; }

    /// <summary>Web searches that the provider made for the answer and bills apart.</summary>
    public long? WebSearches { get; set; }

    /// <summary>What the provider says the request cost, in US dollars, as OpenRouter does.</summary>
    public decimal? ReportedCost { get; set; }

    /// <summary>The service tier that served it, in the provider's word, such as <c>flex</c> or <c>priority</c>.</summary>
    public string? ServiceTier { get; set; }

    /// <summary>Both together; what neither said stays unknown.</summary>
    public readonly TokenUsage Plus(TokenUsage other) => new()
    {
        Input = Sum(Input, other.Input),
        CachedInput = Sum(CachedInput, other.CachedInput),
        CacheCreation = Sum(CacheCreation, other.CacheCreation),
        CacheCreation1h = Sum(CacheCreation1h, other.CacheCreation1h),
        Output = Sum(Output, other.Output),
        Reasoning = Sum(Reasoning, other.Reasoning),
        AudioInput = Sum(AudioInput, other.AudioInput),
        AudioOutput = Sum(AudioOutput, other.AudioOutput),
        ImageInput = Sum(ImageInput, other.ImageInput),
        ImageOutput = Sum(ImageOutput, other.ImageOutput),
        Images = Sum(Images, other.Images),
        AudioSeconds = AudioSeconds is null && other.AudioSeconds is null ? null : (AudioSeconds ?? 0) + (other.AudioSeconds ?? 0),
        SearchUnits = Sum(SearchUnits, other.SearchUnits),
        WebSearches = Sum(WebSearches, other.WebSearches),
        ReportedCost = ReportedCost is null && other.ReportedCost is null ? null : (ReportedCost ?? 0) + (other.ReportedCost ?? 0),
        ServiceTier = other.ServiceTier ?? ServiceTier,
    };

    /// <summary>Input tokens that no cache had to do with; null when the input is not known.</summary>
    public readonly long? UncachedInput => Input is { } input ? Math.Max(0, input - (CachedInput ?? 0) - (CacheCreation ?? 0)) : null;

    /// <summary>True when the provider said how much of anything there was.</summary>
    public readonly bool IsKnown => Input is not null || Output is not null || (this with { ServiceTier = null }) != default; // what is known most often is asked first

    private static long? Sum(long? a, long? b) => a is null && b is null ? null : (a ?? 0) + (b ?? 0);
}
