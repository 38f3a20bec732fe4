using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>How one family of models is asked for embeddings: what it can say, how many texts it takes at once, its body and its answer.</summary>
internal abstract class EmbeddingGrammar(string family)
{
    /// <summary>What follows the model in the path.</summary>
    internal abstract string Verb { get; }

    /// <summary>Most texts in one call.</summary>
    internal virtual int MostTexts => 1;

    /// <summary>Lengths that it can make; empty: whatever is asked for.</summary>
    protected virtual long[] Lengths => [];

    protected virtual bool KnowsNormalize => false;

    protected virtual bool KnowsTask => false;

    protected virtual bool KnowsTitle => false;

    protected virtual bool KnowsTruncate => false;

    /// <summary>True: all texts of one call share one task.</summary>
    internal virtual bool SharesTask => false;

    internal IEnumerable<FidelityRule> Rules
    {
        get
        {
            if (Lengths.Length > 0) yield return Dimensions;
            if (!KnowsNormalize) yield return Normalize;
            if (!KnowsTask) yield return Task;
            if (!KnowsTitle) yield return Title;
            if (!KnowsTruncate) yield return Truncate;
        }
    }

    internal abstract bool Knows(string model);

    internal void Check(EmbeddingsRequest asked, FidelityLog log)
    {
        if (asked.Dimensions is { } length && Lengths.Length > 0 && !Lengths.Contains(length)) log.Apply(Dimensions, "/dimensions");
        if (!KnowsNormalize && asked.Normalize is not null) log.Apply(Normalize, "/normalize");
        if (!KnowsTask && asked.Inputs.Any(i => i.TaskType is not null)) log.Apply(Task, "/task_type");
        if (!KnowsTitle && asked.Inputs.Any(i => i.Title is not null)) log.Apply(Title, "/title");
        if (!KnowsTruncate && asked.AutoTruncate is not null) log.Apply(Truncate, "/auto_truncate");
    }

    /// <summary>Writes the members of a body.</summary>
    internal abstract void Write(Utf8JsonWriter json, EmbeddingsRequest asked, IReadOnlyList<EmbeddingInput> texts);

    /// <summary>The embeddings of an answer, in order.</summary>
    internal abstract IEnumerable<JsonElement> Vectors(JsonElement answer);

    /// <summary>Tokens of all texts of a call; null when it does not say.</summary>
    internal virtual long? Tokens(JsonElement answer, UpstreamAnswer whole) => whole.InputTokens;

    private FidelityRule Dimensions => new("dimensions", FidelityOutcome.Refused, $"{family} makes embeddings of length {string.Join(", ", Lengths)} only.");

    private FidelityRule Normalize => new("normalize", FidelityOutcome.Dropped, $"{family} has no such choice.");

    private FidelityRule Task => new("task_type, input_type", FidelityOutcome.Dropped, $"{family} makes the same embedding for every task.");

    private FidelityRule Title => new("title", FidelityOutcome.Dropped, $"{family} takes no title.");

    private FidelityRule Truncate => new("auto_truncate", FidelityOutcome.Dropped, $"{family} has no such choice: a text that is too long is an error.");
}
