using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Cohere;

/// <summary><c>POST /v2/rerank</c>: https://docs.cohere.com/reference/rerank. A document is relevant as far as it has the query's words.</summary>
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
        var ranked = texts
            .Select((text, index) => (Index: index, Score: Score(query, text)))
            .OrderByDescending(static r => r.Score).ThenBy(static r => r.Index)
            .Take(Math.Clamp(body.Int("top_n") ?? texts.Count, 1, texts.Count));
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

    private static double Score(string query, string text)
    {
        var wanted = Words(query);
        var found = Words(text);
        var shared = wanted.Count(found.Contains) / (double)wanted.Count;
        // A little of the hash, so that no two documents score alike.
        return Math.Round((0.9 * shared) + (Hashing.Of(text) % 1000 / 10_000.0), 6);
    }

    private static HashSet<string> Words(string text) =>
        [.. TokenText.Split(text).Select(static w => w.Trim().ToUpperInvariant())];
}
