using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary>Cohere Rerank and Amazon Rerank on InvokeModel: https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-supported.html</summary>
internal static class Rerank
{
    public static Task HandleAsync(Call call, JsonObject body, string model)
    {
        var isCohere = model.Contains("cohere", StringComparison.Ordinal);
        InvokedModels.Allow(body, isCohere ? ["query", "documents", "top_n", "api_version", "max_tokens_per_doc"] : ["query", "documents", "top_n"]);
        if (isCohere && body.Int("api_version") is not 2) throw BedrockRuntime.Invalid("#/api_version: expected minimum value of 2");
        var query = body.Text("query") is { Length: > 0 } given ? given : throw BedrockRuntime.Invalid("required key [query] not found");
        var documents = body.Member("documents").Strings().ToList();
        if (documents.Count is 0 or > 1000) throw BedrockRuntime.Invalid("#/documents: expected between 1 and 1000 items");
        if (body.Int("top_n") is { } top && (top < 1 || top > documents.Count)) throw BedrockRuntime.Invalid("#/top_n: must be between 1 and the number of documents");
        InvokedModels.CountTokens(call, TokenText.Count(query) + documents.Sum(TokenText.Count));
        return call.SendAsync(new JsonObject
        {
            ["results"] = new JsonArray([.. Relevance.Ranked(query, documents, body.Int("top_n")).Select(static r => (JsonNode)new JsonObject { ["index"] = r.Index, ["relevance_score"] = r.Score })]),
        });
    }
}
