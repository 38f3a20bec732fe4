namespace Tollgate.Simulator.Wire;

/// <summary>A refusal that gateways and applications know by its words or its code, in the words of each provider.</summary>
internal sealed class NamedRefusal
{
    private readonly Func<ErrorShape, Refusal> _words;

    private NamedRefusal(Func<ErrorShape, Refusal> words) => _words = words;

    /// <summary>The prompt is longer than the model can read.</summary>
    public static NamedRefusal ContextLength { get; } = new(static shape => shape switch
    {
        ErrorShape.Anthropic => new Refusal(400, "prompt is too long: 210000 tokens > 200000 maximum"),
        ErrorShape.Aws => new Refusal(400, "Input is too long for requested model."),
        ErrorShape.Google => new Refusal(400, "The input token count (1050000) exceeds the maximum number of tokens allowed (1048576)."),
        _ => new Refusal(400, "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. Please reduce the length of the messages.", "messages", "context_length_exceeded"),
    });

    /// <summary>The provider's policy forbids the prompt.</summary>
    public static NamedRefusal ContentFilter { get; } = new(static shape => shape switch
    {
        ErrorShape.Anthropic => new Refusal(400, "Output blocked by content filtering policy"),
        ErrorShape.Aws => new Refusal(400, "The request was blocked by our content policy."),
        ErrorShape.Google => new Refusal(400, "The prompt was blocked by our content policy."),
        _ => new Refusal(400, "The response was filtered due to the prompt triggering our content management policy.", "prompt", "content_filter"),
    });

    /// <summary>It as that provider says it.</summary>
    public Refusal Of(ErrorShape shape) => _words(shape);
}
