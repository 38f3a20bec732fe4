using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary>Image models on InvokeModel. A prompt with the word "forbidden" is filtered.</summary>
internal static class InvokedImages
{
    private static readonly string[] Ratios = ["16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"];

    /// <summary>https://docs.aws.amazon.com/nova/latest/userguide/image-gen-access.html</summary>
    public static Task AmazonAsync(Call call, JsonObject body, string model)
    {
        InvokedModels.Allow(body, "taskType", "textToImageParams", "imageGenerationConfig");
        if (body.Text("taskType") != "TEXT_IMAGE") throw BedrockRuntime.Invalid("#/taskType: not a valid enum value");
        var text = body.Object("textToImageParams").Text("text") is { Length: > 0 } given ? given : throw BedrockRuntime.Invalid("#/textToImageParams: required key [text] not found");
        var config = body.Object("imageGenerationConfig") ?? [];
        InvokedModels.Allow(config, "numberOfImages", "quality", "width", "height", "cfgScale", "seed");
        if (config.Int("numberOfImages") is < 1 or > 5) throw BedrockRuntime.Invalid("#/imageGenerationConfig/numberOfImages: must be between 1 and 5");
        if (config.Text("quality") is not (null or "standard" or "premium")) throw BedrockRuntime.Invalid("#/imageGenerationConfig/quality: not a valid enum value");
        if (config.Int("width") % 16 > 0 && model.Contains("nova", StringComparison.Ordinal)) throw BedrockRuntime.Invalid("#/imageGenerationConfig/width: must be divisible by 16");
        return call.SendAsync(IsForbidden(text)
            ? new JsonObject { ["images"] = new JsonArray(), ["error"] = "All of the generated images have been blocked by our content filters." }
            : new JsonObject { ["images"] = Pictures(text, config.Int("numberOfImages") ?? 1), ["error"] = null });
    }

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html</summary>
    public static Task StabilityAsync(Call call, JsonObject body, string model)
    {
        InvokedModels.Allow(body, "prompt", "aspect_ratio", "output_format", "seed", "negative_prompt", "mode", "strength", "image");
        var prompt = body.Text("prompt") is { Length: > 0 } given ? given : throw BedrockRuntime.Invalid("required key [prompt] not found");
        if (body.Text("aspect_ratio") is { } ratio && !Ratios.Contains(ratio)) throw BedrockRuntime.Invalid("#/aspect_ratio: not a valid enum value");
        if (body.Text("output_format") is not (null or "png" or "jpeg")) throw BedrockRuntime.Invalid("#/output_format: not a valid enum value");
        return call.SendAsync(new JsonObject
        {
            ["seeds"] = new JsonArray(1),
            ["finish_reasons"] = new JsonArray(IsForbidden(prompt) ? JsonValue.Create("Filter reason: prompt") : null),
            ["images"] = Pictures(prompt, 1),
        });
    }

    public static bool IsForbidden(string prompt) => prompt.Contains("forbidden", StringComparison.OrdinalIgnoreCase);

    private static JsonArray Pictures(string text, int count) =>
        new([.. Enumerable.Range(0, count).Select(i => (JsonNode)Convert.ToBase64String(Media.Png(text, i)))]);
}
