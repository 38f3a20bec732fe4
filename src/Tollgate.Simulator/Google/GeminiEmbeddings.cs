using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Google;

/// <summary>Embeddings of Vertex AI (<c>:predict</c>) and of the Gemini API (<c>:embedContent</c>, <c>:batchEmbedContents</c>).</summary>
internal static class GeminiEmbeddings
{
    private const int Dimensions = 768;
    private const int MaxDimensions = 3072;
    private const int MostInstances = 250;

    /// <summary>https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api</summary>
    public static Task PredictAsync(Call call, JsonObject body, string model)
    {
        if (body.List("instances") is not { Count: > 0 } instances) throw new Refusal(400, "Missing or empty field: instances.");
        // This one takes a text at a time; the others as many as the limit of all text models says.
        var most = model.Contains("gemini-embedding-001", StringComparison.Ordinal) ? 1 : MostInstances;
        if (instances.Count > most) throw new Refusal(400, $"{instances.Count} instance(s) is provided, while the maximum number of instances is {most}.");
        var dimensions = Size(body.Object("parameters"));
        var predictions = instances.Select(instance =>
        {
            var text = instance.Text("content") ?? throw new Refusal(400, "Missing field: instances.content.");
            return (JsonNode)new JsonObject
            {
                ["embeddings"] = new JsonObject
                {
                    ["statistics"] = new JsonObject { ["truncated"] = false, ["token_count"] = TokenText.Count(text) },
                    ["values"] = UnitVector.Json(UnitVector.Of(text, dimensions)),
                },
            };
        });
        return call.SendAsync(new JsonObject { ["predictions"] = new JsonArray([.. predictions]) });
    }

    /// <summary>https://ai.google.dev/api/embeddings</summary>
    public static Task EmbedAsync(Call call, JsonObject body)
    {
        var text = Text(body);
        var tokens = TokenText.Count(text);
        return call.SendAsync(new JsonObject
        {
            ["embedding"] = Values(text, body),
            ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = tokens, ["totalTokenCount"] = tokens },
        });
    }

    public static Task EmbedManyAsync(Call call, JsonObject body)
    {
        var requests = body.List("requests") ?? throw new Refusal(400, "BatchEmbedContentsRequest.requests: is required.");
        return call.SendAsync(new JsonObject { ["embeddings"] = new JsonArray([.. requests.Select(r => Values(Text(r), r))]) });
    }

    private static string Text(JsonNode? request) =>
        request.Object("content").List("parts") is { } parts
            ? string.Join('\n', parts.Select(static p => p.Text("text")))
            : throw new Refusal(400, "EmbedContentRequest.content: is required.");

    private static JsonObject Values(string text, JsonNode? request) =>
        new JsonObject { ["values"] = UnitVector.Json(UnitVector.Of(text, Size(request.Object("embedContentConfig") ?? request))) };

    private static int Size(JsonNode? owner) => Math.Clamp(owner.Int("outputDimensionality") ?? Dimensions, 1, MaxDimensions);
}
