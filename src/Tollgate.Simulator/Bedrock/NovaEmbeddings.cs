using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary>Amazon Nova: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html</summary>
internal static class NovaEmbeddings
{
    private static readonly string[] Purposes =
        ["GENERIC_INDEX", "GENERIC_RETRIEVAL", "TEXT_RETRIEVAL", "IMAGE_RETRIEVAL", "VIDEO_RETRIEVAL", "DOCUMENT_RETRIEVAL", "AUDIO_RETRIEVAL", "CLASSIFICATION", "CLUSTERING"];

    public static Task HandleAsync(Call call, JsonObject body, string model)
    {
        InvokedModels.Allow(body, "schemaVersion", "taskType", "singleEmbeddingParams");
        if (body.Text("taskType") != "SINGLE_EMBEDDING") throw BedrockRuntime.Invalid("#/taskType: expected SINGLE_EMBEDDING");
        var asked = body.Object("singleEmbeddingParams") ?? throw BedrockRuntime.Invalid("required key [singleEmbeddingParams] not found");
        InvokedModels.Allow(asked, "embeddingPurpose", "embeddingDimension", "text", "image", "audio", "video");
        if (!Purposes.Contains(asked.Text("embeddingPurpose"))) throw BedrockRuntime.Invalid("#/singleEmbeddingParams/embeddingPurpose: not a valid enum value");
        var length = asked.Int("embeddingDimension") ?? 3072;
        if (length is not (256 or 384 or 1024 or 3072)) throw BedrockRuntime.Invalid($"#/singleEmbeddingParams/embeddingDimension: {length} is not a valid enum value");
        var text = asked.Object("text");
        if (text.Text("truncationMode") is not ("START" or "END" or "NONE")) throw BedrockRuntime.Invalid("#/singleEmbeddingParams/text: required key [truncationMode] not found");
        var value = text.Text("value") is { Length: > 0 } given ? given : throw BedrockRuntime.Invalid("#/singleEmbeddingParams/text: required key [value] not found");
        InvokedModels.CountTokens(call, TokenText.Count(value));
        return call.SendAsync(new JsonObject
        {
            ["embeddings"] = new JsonArray(new JsonObject { ["embeddingType"] = "TEXT", ["embedding"] = UnitVector.Json(UnitVector.Of(value, length)) }),
        });
    }
}
