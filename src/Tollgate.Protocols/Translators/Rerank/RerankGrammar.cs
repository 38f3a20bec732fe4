using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Rerank;

/// <summary>How one API is asked to rank documents.</summary>
internal abstract class RerankGrammar
{
    /// <summary>What it cannot say.</summary>
    internal abstract IReadOnlyList<FidelityRule> Rules { get; }

    internal abstract bool Knows(string model);

    internal abstract UpstreamCall Ask(RerankRequest asked, string model, FidelityLog log);

    /// <summary>What was used; of searches the gateway knows what a model is billed by.</summary>
    internal abstract TokenUsage Usage(JsonElement answer, UpstreamAnswer whole, RerankRequest asked);

    protected static void WriteDocuments(Utf8JsonWriter json, RerankRequest asked)
    {
        json.WriteStartArray("documents"u8);
        foreach (var document in asked.Documents) json.WriteStringValue(document);
        json.WriteEndArray();
    }
}

/// <summary>
/// Cohere and Amazon Rerank on Bedrock's InvokeModel, whose body is nearly Cohere's own.
/// https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-supported.html
/// </summary>
internal sealed class BedrockRerank(bool amazon) : RerankGrammar
{
    // A query with up to 100 documents is one search, as Cohere and Amazon bill it.
    private const int DocumentsOfSearch = 100;

    private static readonly FidelityRule s_perDocument = new("max_tokens_per_doc", FidelityOutcome.Dropped, "Amazon Rerank cuts documents at a length of its own.");

    internal override IReadOnlyList<FidelityRule> Rules => amazon ? [s_perDocument] : [];

    internal override bool Knows(string model) => model.Contains(amazon ? "amazon.rerank" : "cohere.rerank", StringComparison.Ordinal);

    internal override UpstreamCall Ask(RerankRequest asked, string model, FidelityLog log)
    {
        if (amazon && asked.MostTokensPerDocument is not null) log.Apply(s_perDocument, "/max_tokens_per_doc");
        return new UpstreamCall("invoke", Wire.Object(json =>
        {
            json.WriteString("query"u8, asked.Query);
            WriteDocuments(json, asked);
            if (asked.Top is { } top) json.WriteNumber("top_n"u8, top);
            if (amazon) return;
            json.WriteNumber("api_version"u8, 2);
            if (asked.MostTokensPerDocument is { } most) json.WriteNumber("max_tokens_per_doc"u8, most);
        }));
    }

    internal override TokenUsage Usage(JsonElement answer, UpstreamAnswer whole, RerankRequest asked) =>
        new() { Input = whole.InputTokens, SearchUnits = (asked.Documents.Count + DocumentsOfSearch - 1) / DocumentsOfSearch };
}

/// <summary>
/// Jina's API, which vLLM and llama.cpp have too: billed by tokens, and documents come back unless they are declined.
/// https://api.jina.ai/redoc#tag/rerank
/// </summary>
internal sealed class JinaRerank : RerankGrammar
{
    private static readonly FidelityRule s_perDocument = new("max_tokens_per_doc", FidelityOutcome.Dropped, "The server cuts documents, if at all, at a length of its own.");

    internal override IReadOnlyList<FidelityRule> Rules => [s_perDocument];

    internal override bool Knows(string model) => true;

    internal override UpstreamCall Ask(RerankRequest asked, string model, FidelityLog log)
    {
        if (asked.MostTokensPerDocument is not null) log.Apply(s_perDocument, "/max_tokens_per_doc");
        return new UpstreamCall("/rerank", Wire.Object(json =>
        {
            json.WriteString("model"u8, model);
            json.WriteString("query"u8, asked.Query);
            WriteDocuments(json, asked);
            if (asked.Top is { } top) json.WriteNumber("top_n"u8, top);
            json.WriteBoolean("return_documents"u8, false); // the client has them
        }));
    }

    internal override TokenUsage Usage(JsonElement answer, UpstreamAnswer whole, RerankRequest asked)
    {
        var usage = answer.Member("usage");
        return new() { Input = usage.Member("total_tokens").Count() ?? usage.Member("prompt_tokens").Count() };
    }
}
