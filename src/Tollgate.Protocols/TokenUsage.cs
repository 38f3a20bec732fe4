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

    /// <summary>All output tokens, reasoning included.</summary>
    public long? Output { get; set; }

    /// <summary>Reasoning tokens; part of <see cref="Output"/>.</summary>
    public long? Reasoning { get; set; }

    /// <summary>Audio tokens in; part of <see cref="Input"/>.</summary>
    public long? AudioInput { get; set; }

    /// <summary>Audio tokens out; part of <see cref="Output"/>.</summary>
    public long? AudioOutput { get; set; }

    /// <summary>Images made.</summary>
    public long? Images { get; set; }

    /// <summary>Seconds of audio, where a provider bills by duration.</summary>
    public double? AudioSeconds { get; set; }

    /// <summary>Searches billed, for reranking.</summary>
    public long? SearchUnits { get; set; }

    /// <summary>Both together; what neither said stays unknown.</summary>
    public readonly TokenUsage Plus(TokenUsage other) => new()
    {
        Input = Sum(Input, other.Input),
        CachedInput = Sum(CachedInput, other.CachedInput),
        CacheCreation = Sum(CacheCreation, other.CacheCreation),
        Output = Sum(Output, other.Output),
        Reasoning = Sum(Reasoning, other.Reasoning),
        AudioInput = Sum(AudioInput, other.AudioInput),
        AudioOutput = Sum(AudioOutput, other.AudioOutput),
        Images = Sum(Images, other.Images),
        AudioSeconds = AudioSeconds is null && other.AudioSeconds is null ? null : (AudioSeconds ?? 0) + (other.AudioSeconds ?? 0),
        SearchUnits = Sum(SearchUnits, other.SearchUnits),
    };

    /// <summary>True when the provider said anything at all.</summary>
    public readonly bool IsKnown => this != default;

    private static long? Sum(long? a, long? b) => a is null && b is null ? null : (a ?? 0) + (b ?? 0);
}
