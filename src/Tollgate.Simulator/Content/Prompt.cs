using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Content;

/// <summary>How far a caller insists on a tool call.</summary>
internal enum ToolDemand { Auto, None, Any, Named }

/// <summary>A tool that the caller offers.</summary>
internal sealed record ToolOffer(string Name, JsonNode? Schema);

/// <summary>What a request asks for, whatever dialect it came in.</summary>
internal sealed record Prompt
{
    public required string Model { get; init; }

    /// <summary>All text of the request, in order: what the answer is derived from.</summary>
    public required string AllText { get; init; }

    /// <summary>Tokens of all messages, system texts and tool descriptions.</summary>
    public required int Tokens { get; init; }

    public string LastUserText { get; init; } = "";

    /// <summary>The result of a tool, when the conversation ends with one.</summary>
    public string? ToolResult { get; init; }

    public ImmutableArray<ToolOffer> Tools { get; init; } = [];

    public ToolDemand Demand { get; init; }

    public string? DemandedTool { get; init; }

    public bool ParallelCalls { get; init; } = true;

    public int? MaxTokens { get; init; }

    public ImmutableArray<string> Stops { get; init; } = [];

    /// <summary>The answer must be JSON.</summary>
    public bool Json { get; init; }

    public JsonNode? Schema { get; init; }

    /// <summary>The model is asked to think first.</summary>
    public bool Thinks { get; init; }

    /// <summary>Part of <see cref="Tokens"/> that came from the prompt cache.</summary>
    public int CacheRead { get; init; }

    /// <summary>Part of <see cref="Tokens"/> that was written to the prompt cache.</summary>
    public int CacheWrite { get; init; }

    /// <summary>What is written stays for an hour, not for five minutes.</summary>
    public bool CachesLong { get; init; }
}

/// <summary>Gathers the texts of a request while a dialect walks over it.</summary>
internal sealed class PromptText
{
    /// <summary>What a picture, a sound or a document counts for.</summary>
    private const int MediaTokens = 85;

    private readonly StringBuilder _all = new();

    public int Tokens { get; private set; }

    public string LastUserText { get; private set; } = "";

    public string? ToolResult { get; private set; }

    public string All => _all.ToString();

    /// <summary>A text by whoever said it.</summary>
    public void Say(string role, string text)
    {
        _all.Append(role).Append('\u001f').Append(text).Append('\u001e');
        Tokens += TokenText.Count(text);
        if (role == "user" && text.Length > 0)
        {
            LastUserText = text;
            ToolResult = null;
        }
    }

    /// <summary>A tool's result; a user's text after it makes it history.</summary>
    public void Result(string text)
    {
        Say("tool", text);
        ToolResult = text;
    }

    public void Media(string mark)
    {
        _all.Append(mark).Append('\u001e');
        Tokens += MediaTokens;
    }
}
