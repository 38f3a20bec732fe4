using Tollgate.Catalog;
using Tollgate.Protocols;
using Tollgate.Protocols.Translators;
using Tollgate.Protocols.Translators.Completions;
using Tollgate.Protocols.Translators.Counting;
using Tollgate.Protocols.Translators.Embeddings;
using Tollgate.Protocols.Translators.Rerank;

namespace Tollgate.Pipeline.Translation;

/// <summary>The operations other than chat that are translated, and for whom. A new one is a line here; the first that fits is taken.</summary>
internal static class TranslatorSet
{
    private static readonly Entry[] Entries =
    [
        new(Operations.Embeddings, static kind => kind.Envelope == EnvelopeKind.BedrockConverse, EmbeddingsTranslator.Bedrock),
        new(Operations.Embeddings, static kind => kind.Envelope == EnvelopeKind.VertexGemini, EmbeddingsTranslator.Vertex),
        new(Operations.Rerank, static kind => kind.Envelope == EnvelopeKind.BedrockConverse, RerankTranslator.Bedrock),
        new(Operations.Rerank, static kind => kind.Rerank == "jina", RerankTranslator.Jina),
        .. DialectSet.All.Select(upstream => new Entry(Operations.Completions, kind => kind.Chat == upstream.Name, new CompletionsTranslator(upstream, DialectSet.OperationOf(upstream)))),
        .. Counting(Operations.CountTokens, CountingClient.Messages),
        .. Counting(Operations.ResponsesInputTokens, DialectSet.Client(Operations.Responses) is { } responses ? CountingClient.Responses(responses) : null),
        .. Counting(Operations.Tokenize, CountingClient.Tokenize),
    ];

    /// <summary>Each translator once, with its operation.</summary>
    internal static IEnumerable<(Operation Operation, OperationTranslator Translator)> All => Entries.Select(static e => (e.Operation, e.Translator)).Distinct();

    /// <summary>How a provider of that kind is asked for an operation that it does not speak; null when there is no way.</summary>
    internal static OperationTranslator? Find(ProviderKind kind, Operation operation) =>
        Array.Find(Entries, e => e.Operation == operation && e.Fits(kind))?.Translator;

    /// <summary>By whoever knows best: the model's own server, its maker's API, its host's; where nobody counts, an estimate.</summary>
    private static IEnumerable<Entry> Counting(Operation operation, CountingClient? client)
    {
        if (client is null) yield break;
        yield return new(operation, static kind => kind.Operations.ContainsKey(Operations.Tokenize), CountTranslator.ByTokenize(client));
        yield return new(operation, static kind => kind.Operations.ContainsKey(Operations.CountTokens), CountTranslator.ByMessages(client));
        yield return new(operation, static kind => kind.Envelope == EnvelopeKind.BedrockInvoke, CountTranslator.ByInvokeModel(client));
        yield return new(operation, static kind => kind.Envelope == EnvelopeKind.BedrockConverse, CountTranslator.ByConverse(client));
        yield return new(operation, static kind => kind.Envelope == EnvelopeKind.VertexGemini, CountTranslator.ByGemini(client));
        yield return new(operation, static kind => DialectSet.Upstream(kind.Chat) is not null, CountTranslator.ByEstimate(client));
    }

    private sealed record Entry(Operation Operation, Func<ProviderKind, bool> Fits, OperationTranslator Translator);
}
