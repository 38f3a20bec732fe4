using Tollgate.Catalog;
using Tollgate.Protocols;
using Tollgate.Protocols.Translators;
using Tollgate.Protocols.Translators.Embeddings;

namespace Tollgate.Pipeline.Translation;

/// <summary>The operations other than chat that are translated, and for whom. A new one is a line here; the first that fits is taken.</summary>
internal static class TranslatorSet
{
    private static readonly Entry[] Entries =
    [
        new(Operations.Embeddings, static kind => kind.Envelope == EnvelopeKind.BedrockConverse, EmbeddingsTranslator.Bedrock),
        new(Operations.Embeddings, static kind => kind.Envelope == EnvelopeKind.VertexGemini, EmbeddingsTranslator.Vertex),
    ];

    /// <summary>Each translator once, with its operation.</summary>
    internal static IEnumerable<(Operation Operation, OperationTranslator Translator)> All => Entries.Select(static e => (e.Operation, e.Translator)).Distinct();

    /// <summary>How a provider of that kind is asked for an operation that it does not speak; null when there is no way.</summary>
    internal static OperationTranslator? Find(ProviderKind kind, Operation operation) =>
        Array.Find(Entries, e => e.Operation == operation && e.Fits(kind))?.Translator;

    private sealed record Entry(Operation Operation, Func<ProviderKind, bool> Fits, OperationTranslator Translator);
}
