using System.Buffers;
using System.Globalization;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>OpenAI's embeddings in the grammars of one host's families of models. Texts beyond what one call takes go in several.</summary>
public sealed class EmbeddingsTranslator : OperationTranslator<EmbeddingsRequest>
{
    private static readonly FidelityRule s_tokens = new("input of tokens", FidelityOutcome.Refused, "Only the model that tokens were made for understands them: send the text.");
    private static readonly FidelityRule s_user = new("user", FidelityOutcome.Dropped, "There is no member for the end user.") { IsHarmless = true };
    private static readonly FidelityRule s_model = new("model", FidelityOutcome.Refused, "It is not a family of embedding models that the gateway knows there.");

    private readonly EmbeddingGrammar[] _grammars;

    private EmbeddingsTranslator(string name, params EmbeddingGrammar[] grammars) => (Name, _grammars) = (name, grammars);

    /// <summary>InvokeModel: Titan, Cohere, Nova.</summary>
    public static EmbeddingsTranslator Bedrock { get; } = new(
        "InvokeModel (Titan Text v1 and v2, Titan Multimodal, Cohere Embed v3 and v4, Nova)",
        new TitanTextEmbeddings(second: false),
        new TitanTextEmbeddings(second: true),
        new TitanMultimodalEmbeddings(),
        new CohereEmbeddings(fourth: false),
        new CohereEmbeddings(fourth: true),
        new NovaEmbeddings());

    /// <summary>Vertex AI: <c>:predict</c> and <c>:embedContent</c>.</summary>
    public static EmbeddingsTranslator Vertex { get; } = new(
        "predict and embedContent",
        new VertexContentEmbeddings(),
        new VertexPredictEmbeddings(single: true),
        new VertexPredictEmbeddings(single: false));

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => [.. _grammars.SelectMany(g => g.Rules).Prepend(s_model).Prepend(s_user).Prepend(s_tokens).Distinct()];

    private protected override EmbeddingsRequest ReadRequest(ReadOnlyMemory<byte> body) => EmbeddingsRequest.Read(body);

    private protected override Exchange? Prepare(EmbeddingsRequest asked, string model, FidelityLog log)
    {
        if (asked.IsTokens) log.Apply(s_tokens, "/input");
        if (asked.User is not null) log.Apply(s_user, "/user");
        var grammar = Array.Find(_grammars, g => g.Knows(model));
        if (grammar is null) log.Apply(s_model, "/model");
        grammar?.Check(asked, log);
        return log.Refusal is null ? new EmbeddingsExchange(grammar!, asked, EmbeddingBatches.Of(grammar!, asked.Inputs)) : null;
    }
}

/// <summary>Texts as they go together in calls.</summary>
internal static class EmbeddingBatches
{
    internal static List<IReadOnlyList<EmbeddingInput>> Of(EmbeddingGrammar grammar, IReadOnlyList<EmbeddingInput> texts)
    {
        var batches = new List<IReadOnlyList<EmbeddingInput>>();
        var batch = new List<EmbeddingInput>();
        foreach (var text in texts)
        {
            if (batch.Count == grammar.MostTexts || (grammar.SharesTask && batch.Count > 0 && batch[0].TaskType != text.TaskType))
            {
                batches.Add(batch);
                batch = [];
            }

            batch.Add(text);
        }

        batches.Add(batch);
        return batches;
    }
}

internal sealed class EmbeddingsExchange(EmbeddingGrammar grammar, EmbeddingsRequest asked, IReadOnlyList<IReadOnlyList<EmbeddingInput>> batches)
    : Exchange([.. batches.Select(texts => new UpstreamCall(grammar.Verb, Wire.Object(json => grammar.Write(json, asked, texts))))])
{
    public override TokenUsage Fold(IBufferWriter<byte> output, IReadOnlyList<UpstreamAnswer> answers, ExchangeContext context)
    {
        long? tokens = 0;
        using var written = new EmbeddingsAnswer(output, asked.IsBase64);
        for (var i = 0; i < answers.Count; i++)
        {
            // Part of the tokens would look like all of them: one call that does not say is enough to know nothing.
            tokens += Add(written, answers[i], batches[i].Count);
        }

        written.Complete(context.Model, tokens ?? 0);
        return new TokenUsage { Input = tokens };
    }

    private long? Add(EmbeddingsAnswer written, UpstreamAnswer answer, int expected) => Wire.Answer(answer, root =>
    {
        var vectors = grammar.Vectors(root).ToList();
        if (vectors.Count != expected)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"It does not have the {expected} embeddings that were asked for."));
        }

        foreach (var vector in vectors) written.Add(vector);
        return grammar.Tokens(root, answer);
    });
}
