using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Jina;

/// <summary><c>POST /v1/rerank</c> of Jina and of vLLM: https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html</summary>
internal static class Rerank
{
    public static async Task HandleAsync(Call call)
    {
        var body = await call.ReadAsync();
        var model = body.Text("model") ?? throw new Refusal(422, "model: Field required");
        await call.BeginAsync(model);
        var query = body.Text("query") ?? throw new Refusal(422, "query: Field required");
        var documents = (body.List("documents") ?? throw new Refusal(422, "documents: Field required"))
            .Select(static d => d.AsText() ?? d.Text("text") ?? throw new Refusal(422, "documents: a text, or an object with a text"))
            .ToList();
        var returns = body.Flag("return_documents", otherwise: true);
        var tokens = TokenText.Count(query) + documents.Sum(TokenText.Count);
        await call.SendAsync(new JsonObject
        {
            ["id"] = call.Simulator.Ids.Next("rerank-", 24),
            ["model"] = model,
            ["usage"] = new JsonObject { ["total_tokens"] = tokens },
            ["results"] = new JsonArray([.. Relevance.Ranked(query, documents, body.Int("top_n")).Select(r => Result(r.Index, r.Score, returns ? documents[r.Index] : null))]),
        });
    }

    private static JsonObject Result(int index, double score, string? document)
    {
        var result = new JsonObject { ["index"] = index, ["relevance_score"] = score };
        if (document is not null) result["document"] = new JsonObject { ["text"] = document };
        return result;
    }
}
