using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary>Cohere Embed v3 and v4: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html</summary>
internal static class CohereEmbeddings
{
    private const int MostTexts = 96;

    public static Task HandleAsync(Call call, JsonObject body, string model)
    {
        var isFourth = model.Contains("embed-v4", StringComparison.Ordinal);
        InvokedModels.Allow(body, isFourth
            ? ["texts", "images", "inputs", "input_type", "truncate", "embedding_types", "output_dimension", "max_tokens"]
            : ["texts", "images", "input_type", "truncate", "embedding_types"]);
        if (body.Text("input_type") is not ("search_document" or "search_query" or "classification" or "clustering")) throw BedrockRuntime.Invalid("required key [input_type] not found");
        string[] cuts = isFourth ? ["NONE", "LEFT", "RIGHT"] : ["NONE", "START", "END"];
        if (body.Text("truncate") is { } cut && !cuts.Contains(cut)) throw BedrockRuntime.Invalid($"#/truncate: {cut} is not a valid enum value");
        var texts = body.Member("texts").Strings().ToList();
        if (texts.Count is 0 or > MostTexts) throw BedrockRuntime.Invalid($"#/texts: expected between 1 and {MostTexts} items, found: {texts.Count}");
        var length = isFourth ? body.Int("output_dimension") ?? 1536 : 1024;
        if (length is not (256 or 512 or 1024 or 1536)) throw BedrockRuntime.Invalid($"#/output_dimension: {length} is not a valid enum value");
        var vectors = new JsonArray([.. texts.Select(t => UnitVector.Json(UnitVector.Of(t, length)))]);
        var byType = body.List("embedding_types") is not null;
        InvokedModels.CountTokens(call, texts.Sum(TokenText.Count));
        return call.SendAsync(new JsonObject
        {
            ["id"] = call.Simulator.Ids.Uuid().ToString(),
            ["response_type"] = byType ? "embeddings_by_type" : "embeddings_floats",
            ["embeddings"] = byType ? new JsonObject { ["float"] = vectors } : vectors,
            ["texts"] = new JsonArray([.. texts.Select(static t => JsonValue.Create(t))]),
        });
    }
}
