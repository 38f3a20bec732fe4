using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Rerank;

/// <summary>
/// A request in Cohere's dialect: version 2 (https://docs.cohere.com/reference/rerank), and what its first version had besides, which
/// clients of Jina and vLLM send too: documents <c>{text}</c>, <c>return_documents</c>.
/// </summary>
public sealed record RerankRequest
{
    // Cohere's own recommendation, and Bedrock's limit.
    internal const int MostDocuments = 1000;

    /// <summary>What the documents are held against.</summary>
    public required string Query { get; init; }

    /// <summary>Their texts, in order.</summary>
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>How many are wanted back, best first; null: all.</summary>
    public long? Top { get; init; }

    /// <summary>Where each document is cut; null: the model's own limit.</summary>
    public long? MostTokensPerDocument { get; init; }

    /// <summary>True: the texts are to come back with the scores.</summary>
    public bool ReturnsDocuments { get; init; }

    /// <summary>Members of documents that are to be looked at; only the first version of the API has them.</summary>
    public bool HasRankFields { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ChatFormatException">It breaks the dialect's rules; the message names the member.</exception>
    public static RerankRequest Read(ReadOnlyMemory<byte> body) => Wire.Request(body, Read);

    private static RerankRequest Read(JsonElement root) => new()
    {
        Query = root.AskedText("query") is { Length: > 0 } query ? query : throw new ChatFormatException("The member 'query' is missing: write a text.", "/query"),
        Documents = Texts(root.Member("documents")),
        Top = root.AskedCount("top_n"),
        MostTokensPerDocument = root.AskedCount("max_tokens_per_doc"),
        ReturnsDocuments = root.AskedFlag("return_documents") == true,
        HasRankFields = root.Has("rank_fields"),
    };

    private static List<string> Texts(JsonElement documents)
    {
        if (documents.ValueKind != JsonValueKind.Array || documents.GetArrayLength() is 0 or > MostDocuments)
        {
            throw new ChatFormatException("The member 'documents' must be an array of 1 to 1000 texts.", "/documents");
        }

        return [.. documents.EnumerateArray().Select((document, i) => document.Text() ?? document.Member("text").Text() ?? throw Wrong(i))];
    }

    private static ChatFormatException Wrong(int index) =>
        new("A document must be a text, or an object with the member 'text'.", Wire.Pointer("documents", index));
}
