using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary>Amazon Titan: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html and …-titan-embed-mm.html</summary>
internal static class TitanEmbeddings
{
    public static Task HandleAsync(Call call, JsonObject body, string model)
    {
        var isFirst = model.Contains("text-v1", StringComparison.Ordinal) || model.Contains("g1-text", StringComparison.Ordinal);
        var isMultimodal = model.Contains("image", StringComparison.Ordinal);
        InvokedModels.Allow(body, isMultimodal ? ["inputText", "inputImage", "embeddingConfig"] : isFirst ? ["inputText"] : ["inputText", "dimensions", "normalize", "embeddingTypes"]);
        var text = body.Text("inputText") is { Length: > 0 } given ? given : throw BedrockRuntime.Invalid("required key [inputText] not found");
        var dimensions = Length(body, isFirst, isMultimodal);
        var values = UnitVector.Json(UnitVector.Of(text, dimensions));
        var answer = new JsonObject { ["embedding"] = values, ["inputTextTokenCount"] = TokenText.Count(text) };
        if (!isFirst && !isMultimodal) answer["embeddingsByType"] = new JsonObject { ["float"] = values.DeepClone() };
        InvokedModels.CountTokens(call, TokenText.Count(text));
        return call.SendAsync(answer);
    }

    private static int Length(JsonObject body, bool isFirst, bool isMultimodal)
    {
        if (isFirst) return 1536;
        var length = (isMultimodal ? body.Object("embeddingConfig").Int("outputEmbeddingLength") : body.Int("dimensions")) ?? 1024;
        int[] known = isMultimodal ? [256, 384, 1024] : [256, 512, 1024];
        return known.Contains(length) ? length : throw BedrockRuntime.Invalid($"#/dimensions: {length} is not a valid enum value");
    }
}
