namespace Tollgate.Protocols.Chat;

/// <summary>What happens in an answer.</summary>
public enum ChatEventKind
{
    /// <summary>The answer begins: <see cref="ChatEvent.Id"/>, <see cref="ChatEvent.Name"/> (the model), maybe <see cref="ChatEvent.Usage"/>. Once, first.</summary>
    Start,

    /// <summary>More text in block <see cref="ChatEvent.Index"/>.</summary>
    Text,

    /// <summary>More of a refusal.</summary>
    Refusal,

    /// <summary>More reasoning text.</summary>
    Reasoning,

    /// <summary>The token of a reasoning block: <see cref="ChatEvent.Token"/>. A redacted block is this alone.</summary>
    ReasoningToken,

    /// <summary>A tool call begins: <see cref="ChatEvent.Id"/>, <see cref="ChatEvent.Name"/>, maybe <see cref="ChatEvent.Token"/>.</summary>
    ToolCall,

    /// <summary>More of the JSON text of a call's arguments.</summary>
    Arguments,

    /// <summary>Annotations or citations of a text block: <see cref="ChatEvent.Json"/> (one array) in dialect <see cref="ChatEvent.Name"/>.</summary>
    Annotations,

    /// <summary>Log probabilities in OpenAI's grammar: <see cref="ChatEvent.Json"/> (the <c>content</c> array).</summary>
    Logprobs,

    /// <summary>Block <see cref="ChatEvent.Index"/> is whole. Every block that began gets one, in order, before another begins.</summary>
    BlockEnd,

    /// <summary>Why the answer ends: <see cref="ChatEvent.Finish"/>, with <see cref="ChatEvent.Text"/> the stop sequence that was met, if any.</summary>
    Finish,

    /// <summary>What was used so far; the last one counts, whole.</summary>
    Usage,

    /// <summary>Something beside the answer, such as the service tier: <see cref="ChatEvent.Json"/>, the member <see cref="ChatEvent.Name"/> of dialect <see cref="ChatEvent.Id"/>. Anywhere behind the start; of several with one name the last counts.</summary>
    AnswerExtra,

    /// <summary>The same of one choice: a filter's findings, or a block that the form has no words for, such as what a tool of the provider's found.</summary>
    ChoiceExtra,

    /// <summary>The provider failed: <see cref="ChatEvent.Name"/> its type of error, <see cref="ChatEvent.Text"/> its message, <see cref="ChatEvent.Index"/> a fitting HTTP status. Nothing follows.</summary>
    Error,

    /// <summary>The answer is whole. Nothing follows. A stream that stops without it is broken.</summary>
    End,
}

/// <summary>Why an answer ends.</summary>
public enum FinishReason
{
    /// <summary>The model was done.</summary>
    Stop,

    /// <summary>A stop sequence was met.</summary>
    StopSequence,

    /// <summary>The answer, or the context, is as long as it may be.</summary>
    Length,

    /// <summary>Tools are to be called.</summary>
    ToolCalls,

    /// <summary>The provider's filter, or the model's refusal.</summary>
    ContentFilter,

    /// <summary>The model paused a long turn (Anthropic's <c>pause_turn</c>).</summary>
    Pause,

    /// <summary>The model wrote something that is no tool call.</summary>
    Malformed,

    /// <summary>Something that the dialect has no name for.</summary>
    Other,
}

/// <summary>One step of an answer. Readers make them in order, one block after the other; unary answers make the same ones, so that both cannot disagree.</summary>
public readonly record struct ChatEvent(ChatEventKind Kind)
{
    /// <summary>Number of the block in the answer, from 0, rising. Tool calls are blocks like text.</summary>
    public int Index { get; init; }

    /// <summary>Number of the answer, when several were asked for.</summary>
    public int Choice { get; init; }

    /// <summary>Text of a delta; never null for deltas.</summary>
    public string? Text { get; init; }

    /// <summary>Id of the answer or of a call; the dialect of an extra.</summary>
    public string? Id { get; init; }

    /// <summary>Name of a tool, model, type of error, dialect or extra.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="ChatEventKind.ReasoningToken"/>.</summary>
    public OpaqueToken? Token { get; init; }

    /// <summary>Raw JSON that belongs to the step.</summary>
    public RawJson Json { get; init; }

    /// <summary>See <see cref="ChatEventKind.Finish"/>.</summary>
    public FinishReason Finish { get; init; }

    /// <summary>The provider's own word for <see cref="Finish"/>.</summary>
    public string? NativeFinish { get; init; }

    /// <summary>See <see cref="ChatEventKind.Usage"/>.</summary>
    public TokenUsage? Usage
    {
        get => _usage?.Value;
        init => _usage = value is { } known ? new BoxedUsage(known) : null;
    }

    /// <summary>True when <see cref="Usage"/> is not null.</summary>
    public bool HasUsage => _usage is not null;

    /// <summary>When the provider made the answer, Unix seconds; 0 when it did not say.</summary>
    public long Created { get; init; }

    // Hardly any event has one, it is large, and every event is copied some times on its way.
    private readonly BoxedUsage? _usage;

    private sealed record BoxedUsage(TokenUsage Value);
}
