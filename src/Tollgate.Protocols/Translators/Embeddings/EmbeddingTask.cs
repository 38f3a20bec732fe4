using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>What an embedding is for. Vertex has the most words for it, so its are the ones that are kept; the others' are theirs or near them.</summary>
internal static class EmbeddingTask
{
    /// <summary>Cohere's <c>input_type</c>, and NVIDIA's <c>query</c> and <c>passage</c>, as Vertex' <c>task_type</c>.</summary>
    internal static string? OfInputType(string? inputType) => inputType switch
    {
        null => null,
        "search_document" or "passage" => "RETRIEVAL_DOCUMENT",
        "search_query" or "query" => "RETRIEVAL_QUERY",
        "classification" => "CLASSIFICATION",
        "clustering" => "CLUSTERING",
        _ => throw new ChatFormatException("The member 'input_type' must be 'search_document', 'search_query', 'classification' or 'clustering'.", "/input_type"),
    };

    /// <summary>Cohere wants one; without a task a text is taken for one that is stored.</summary>
    internal static string InputType(string? taskType) => taskType switch
    {
        "RETRIEVAL_QUERY" or "QUESTION_ANSWERING" or "FACT_VERIFICATION" or "CODE_RETRIEVAL_QUERY" => "search_query",
        "CLASSIFICATION" => "classification",
        "CLUSTERING" or "SEMANTIC_SIMILARITY" => "clustering",
        _ => "search_document",
    };

    /// <summary>Amazon Nova's <c>embeddingPurpose</c>.</summary>
    internal static string Purpose(string? taskType) => InputType(taskType) switch
    {
        "search_query" => "TEXT_RETRIEVAL",
        "classification" => "CLASSIFICATION",
        "clustering" => "CLUSTERING",
        _ => "GENERIC_INDEX",
    };
}
