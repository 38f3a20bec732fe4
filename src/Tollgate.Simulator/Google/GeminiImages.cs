using System.Text.Json.Nodes;
using Tollgate.Simulator.Bedrock;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Google;

/// <summary>Imagen on <c>:predict</c> and Gemini's image models on <c>:generateContent</c>. A prompt with the word "forbidden" is filtered.</summary>
internal static class GeminiImages
{
    private const int TokensOfImage = 1290;

    private static readonly string[] ImagenRatios = ["1:1", "3:4", "4:3", "9:16", "16:9"];
    private static readonly string[] GeminiRatios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];

    /// <summary>True when the answer is to have an image.</summary>
    public static bool IsAsked(JsonObject body) => body.Object("generationConfig").Member("responseModalities").Strings().Contains("IMAGE", StringComparer.Ordinal);

    /// <summary>https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api</summary>
    public static Task PredictAsync(Call call, JsonObject body)
    {
        var prompt = (body.List("instances") is [var one, ..] ? one.Text("prompt") : null) ?? throw new Refusal(400, "Missing field: instances.prompt.");
        var parameters = body.Object("parameters");
        if (parameters.Int("sampleCount") is not (>= 1 and <= 4) and not null) throw new Refusal(400, "sampleCount must be between 1 and 4.");
        if (parameters.Text("aspectRatio") is { } ratio && !ImagenRatios.Contains(ratio)) throw new Refusal(400, $"aspectRatio {ratio} is not supported.");
        var type = parameters.Object("outputOptions").Text("mimeType") ?? "image/png";
        if (type is not ("image/png" or "image/jpeg")) throw new Refusal(400, $"mimeType {type} is not supported.");
        return call.SendAsync(new JsonObject
        {
            ["predictions"] = InvokedImages.IsForbidden(prompt)
                ? [new JsonObject { ["raiFilteredReason"] = "Unable to show generated images: they may violate the usage guidelines." }]
                : new JsonArray([.. Enumerable.Range(0, parameters.Int("sampleCount") ?? 4).Select(i => (JsonNode)new JsonObject { ["mimeType"] = type, ["bytesBase64Encoded"] = Convert.ToBase64String(Media.Png(prompt, i)) })]),
        });
    }

    /// <summary>https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-generation</summary>
    public static Task GenerateAsync(Call call, JsonObject body, string model)
    {
        if (!model.Contains("image", StringComparison.Ordinal)) throw new Refusal(400, "Model does not support the requested response modalities: image,text");
        if (body.Object("generationConfig").Object("imageConfig").Text("aspectRatio") is { } ratio && !GeminiRatios.Contains(ratio)) throw new Refusal(400, $"aspect_ratio {ratio} is not supported.");
        var prompt = GeminiPrompt.Read(body, model);
        var made = !InvokedImages.IsForbidden(prompt.LastUserText);
        var parts = new JsonArray(new JsonObject { ["text"] = "Here it is." });
        if (made) parts.Add(new JsonObject { ["inlineData"] = new JsonObject { ["mimeType"] = "image/png", ["data"] = Convert.ToBase64String(Media.Png(prompt.LastUserText, 0)) } });
        var candidate = new JsonObject { ["finishReason"] = made ? "STOP" : "IMAGE_SAFETY", ["index"] = 0 };
        if (made) candidate["content"] = new JsonObject { ["role"] = "model", ["parts"] = parts };
        return call.SendAsync(new JsonObject
        {
            ["candidates"] = new JsonArray(candidate),
            ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = prompt.Tokens, ["candidatesTokenCount"] = made ? TokensOfImage : 0, ["totalTokenCount"] = prompt.Tokens + (made ? TokensOfImage : 0) },
            ["modelVersion"] = model,
        });
    }
}
