using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Cohere;

/// <summary><c>POST /v2/rerank</c>: https://docs.cohere.com/reference/rerank.</summary>
internal static class Rerank
{
    /// <summary>Documents that one search unit pays for.</summary>
    private const int DocumentsOfUnit = 100;

    public static async Task HandleAsync(Call call)
    {
        var body = await call.ReadAsync();
        await call.BeginAsync(body.Text("model") ?? "");
        if (body.Text("model") is null) throw new Refusal(400, "invalid request: model is required");
        var query = body.Text("query") is { Length: > 0 } given ? given : throw new Refusal(400, "invalid request: query is required");
        if (body.List("documents") is not { Count: > 0 } documents) throw new Refusal(400, "invalid request: list of documents must not be empty");
        var texts = documents.Select(static d => d.AsText() ?? d.Text("text") ?? "").ToList();
        var ranked = Relevance.Ranked(query, texts, body.Int("top_n"));
        await call.SendAsync(new JsonObject
        {
            ["id"] = call.Simulator.Ids.Uuid().ToString(),
            ["results"] = new JsonArray([.. ranked.Select(static r => (JsonNode)new JsonObject { ["index"] = r.Index, ["relevance_score"] = r.Score })]),
            ["meta"] = new JsonObject
            {
                ["api_version"] = new JsonObject { ["version"] = "2" },
                ["billed_units"] = new JsonObject { ["search_units"] = Math.Ceiling(texts.Count / (double)DocumentsOfUnit) },
                ["tokens"] = new JsonObject { ["input_tokens"] = TokenText.Count(query) + texts.Sum(TokenText.Count), ["output_tokens"] = 0 },
            },
        });
    }
}
