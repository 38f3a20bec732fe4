namespace Tollgate.Protocols.Chat;

/// <summary>Who speaks.</summary>
public enum Role
{
    /// <summary>The caller; also carries tool results.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}

/// <summary>One turn. Neighbouring turns of the same role may occur: a writer merges them where its provider wants roles to alternate.</summary>
public sealed record Turn(Role Role, IReadOnlyList<Part> Parts);

/// <summary>
/// A chat request between two dialects: ordered, complete, and free of either's grammar. Read once, written anew for each attempt.
/// Every value is as the client gave it; null means that it was not given.
/// </summary>
public sealed record ChatRequest
{
    /// <summary>System and developer instructions in order, wherever they stood: text parts.</summary>
    public IReadOnlyList<TextPart> System { get; init; } = [];

    /// <summary>The conversation.</summary>
    public required IReadOnlyList<Turn> Turns { get; init; }

    /// <summary>Tools that the model may call.</summary>
    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <summary>Which of them it must or must not call.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>False: at most one call in a turn.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>Longest answer in tokens.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>As in the client's dialect: OpenAI 0–2, Anthropic 0–1.</summary>
    public double? Temperature { get; init; }

    /// <summary>0–1.</summary>
    public double? TopP { get; init; }

    /// <summary>Number of candidates per token.</summary>
    public long? TopK { get; init; }

    /// <summary>−2 to 2.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>−2 to 2.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>For answers that can be repeated.</summary>
    public long? Seed { get; init; }

    /// <summary>Number of answers; null or 1: one.</summary>
    public int? Count { get; init; }

    /// <summary>Texts that end the answer.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>True: log probabilities of the tokens are asked for.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>How many alternatives with each.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Thinking; null when nothing was said about it.</summary>
    public Reasoning? Reasoning { get; init; }

    /// <summary>The shape of the answer; null: text.</summary>
    public OutputFormat? Output { get; init; }

    /// <summary>True: a stream is asked for.</summary>
    public bool Stream { get; init; }

    /// <summary>True: OpenAI's usage chunk is asked for.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The end user as the client names it.</summary>
    public string? User { get; init; }

    /// <summary>Members that only some providers know, by name, as written: <c>thinking</c>, <c>safetySettings</c>, <c>logit_bias</c>, … A writer takes what it knows and drops the rest, and says so.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> Extras { get; init; } = [];

    /// <summary>Members that the answer repeats as they were written, by name: OpenAI's responses do. Nothing of them goes to the provider.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> Echo { get; init; } = [];

    /// <summary>What the reader found that no other dialect can say, whichever it is. It stands in the log before what the writer finds.</summary>
    public IReadOnlyList<FidelityEntry> Unsayable { get; init; } = [];

    /// <summary>The dialect that it was read from, such as <c>openai.chat</c>.</summary>
    public required string Dialect { get; init; }
}

/// <summary>A tool.</summary>
/// <param name="Name">As the client knows it.</param>
/// <param name="Description">Null when not given.</param>
/// <param name="Schema">JSON Schema of its arguments, an object; empty when not given (a tool without arguments).</param>
public sealed record Tool(string Name, string? Description, RawJson Schema)
{
    /// <summary>True: the arguments must satisfy the schema.</summary>
    public bool? Strict { get; init; }

    /// <summary>
    /// True: the client's own form of the tool takes any text (OpenAI's custom tools). To providers it is a tool with one argument,
    /// <c>input</c>, and so are its calls in the conversation; the client gets the text.
    /// </summary>
    public bool TakesText { get; init; }

    /// <summary>See <see cref="Part.Cache"/>.</summary>
    public CacheHint? Cache { get; init; }

    /// <summary>For a tool that the provider runs (web search and the like): the whole tool as written, in <see cref="OpaqueDialect"/>'s grammar.</summary>
    public RawJson Opaque { get; init; }

    /// <summary>Dialect of <see cref="Opaque"/>; null for an ordinary tool.</summary>
    public string? OpaqueDialect { get; init; }
}

/// <summary>Which tools the model must call.</summary>
public enum ToolChoiceMode
{
    /// <summary>The model decides.</summary>
    Auto,

    /// <summary>None.</summary>
    None,

    /// <summary>At least one.</summary>
    Required,

    /// <summary>The named one.</summary>
    Named,
}

/// <summary>Which tools the model must call.</summary>
/// <param name="Mode">How much choice it has.</param>
/// <param name="Name">For <see cref="ToolChoiceMode.Named"/>.</param>
public sealed record ToolChoice(ToolChoiceMode Mode, string? Name = null);

/// <summary>Thinking.</summary>
public sealed record Reasoning
{
    /// <summary>False: no thinking. Null: the provider's default.</summary>
    public bool? Enabled { get; init; }

    /// <summary>True: the model decides how much (Anthropic's adaptive).</summary>
    public bool Adaptive { get; init; }

    /// <summary>none, minimal, low, medium, high, xhigh, max.</summary>
    public string? Effort { get; init; }

    /// <summary>Most thinking tokens.</summary>
    public long? BudgetTokens { get; init; }

    /// <summary>True: thoughts are to be shown. Null: the provider's default.</summary>
    public bool? Visible { get; init; }
}

/// <summary>The shape of an answer.</summary>
/// <param name="Schema">JSON Schema; empty: any JSON object.</param>
/// <param name="Name">OpenAI's name of the schema.</param>
/// <param name="Strict">True: the answer must satisfy it.</param>
/// <param name="Description">OpenAI's description.</param>
public sealed record OutputFormat(RawJson Schema, string? Name = null, bool? Strict = null, string? Description = null);
