using System.Collections.Immutable;

namespace Tollgate.Simulator.Content;

/// <summary>Why an answer ends.</summary>
internal enum Ending { Stop, StopSequence, Length, ToolCalls }

/// <summary>A call of a tool, its arguments as JSON text.</summary>
internal sealed record ToolCall(string Name, string Arguments)
{
    public ImmutableArray<string> ArgumentPieces { get; } = [.. TokenText.Split(Arguments)];

    public int Tokens => TokenText.Count(Name) + ArgumentPieces.Length;
}

/// <summary>What the stand-in says, before a dialect writes it down.</summary>
internal sealed record Answer
{
    public ImmutableArray<string> Thinking { get; init; } = [];

    public ImmutableArray<string> Pieces { get; init; } = [];

    public ImmutableArray<ToolCall> Calls { get; init; } = [];

    public Ending Ending { get; init; }

    public string? StopSequence { get; init; }

    public string Text => string.Concat(Pieces);

    public string ThinkingText => string.Concat(Thinking);

    public int ThinkingTokens => Thinking.Length;

    /// <summary>All that was written: thoughts, text, names and arguments of calls.</summary>
    public int Tokens => Thinking.Length + Pieces.Length + Calls.Sum(static c => c.Tokens);
}
