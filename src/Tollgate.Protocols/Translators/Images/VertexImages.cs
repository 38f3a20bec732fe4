using System.Text.Json;

namespace Tollgate.Protocols.Translators.Images;

/// <summary>Imagen on <c>:predict</c>: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api</summary>
internal sealed class ImagenImages() : ImageGrammar("Imagen")
{
    private const int LargestSide = 1536;

    internal override string Verb => ":predict";

    internal override int MostImages => 4;

    internal override string[] Formats { get; } = ["png", "jpeg"];

    protected override string[] Ratios { get; } = ["1:1", "3:4", "4:3", "9:16", "16:9"];

    protected override bool KnowsCompression => true;

    internal override bool Knows(string model) => model.Contains("imagen", StringComparison.Ordinal);

    internal override void Write(Utf8JsonWriter json, ImagesRequest asked, int count)
    {
        json.WriteStartArray("instances"u8);
        json.WriteStartObject();
        json.WriteString("prompt"u8, asked.Prompt);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("parameters"u8);
        json.WriteNumber("sampleCount"u8, count);
        if (asked.Size is { } size)
        {
            json.WriteString("aspectRatio"u8, RatioOf(size));
            if (IsLarge(size)) json.WriteString("sampleImageSize"u8, "2K"u8);
        }

        if (asked.Format is not null || asked.Compression is not null)
        {
            json.WriteStartObject("outputOptions"u8);
            json.WriteString("mimeType"u8, "image/" + (asked.Format ?? Formats[0]));
            if (asked.Compression is { } quality) json.WriteNumber("compressionQuality"u8, quality);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    internal override IEnumerable<JsonElement> Images(JsonElement answer)
    {
        var predictions = answer.Member("predictions").Items().ToList();
        var made = predictions.Where(p => p.Has("bytesBase64Encoded")).Select(p => p.Member("bytesBase64Encoded")).ToList();
        if (made.Count > 0) return made;
        throw new ExchangeRefusedException(predictions.Select(p => p.Member("raiFilteredReason").Text()).FirstOrDefault(r => r is not null) ?? "All images were filtered.");
    }

    protected override bool Makes(ImageSize size, string model) =>
        base.Makes(size, model) && (!IsLarge(size) || model.Contains("imagen-4", StringComparison.Ordinal));

    private static bool IsLarge(ImageSize size) => Math.Max(size.Width, size.Height) > LargestSide + 256;
}

/// <summary>Gemini's image models on <c>:generateContent</c>, one image a call: https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-generation</summary>
internal sealed class GeminiImages() : ImageGrammar("Gemini")
{
    internal override string Verb => ":generateContent";

    protected override string[] Ratios { get; } = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];

    internal override bool Knows(string model) => model.Contains("gemini", StringComparison.Ordinal);

    internal override void Write(Utf8JsonWriter json, ImagesRequest asked, int count)
    {
        json.WriteStartArray("contents"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("parts"u8);
        json.WriteStartObject();
        json.WriteString("text"u8, asked.Prompt);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("generationConfig"u8);
        json.WriteStartArray("responseModalities"u8);
        json.WriteStringValue("TEXT"u8); // not every model takes IMAGE alone
        json.WriteStringValue("IMAGE"u8);
        json.WriteEndArray();
        if (asked.Size is { } size)
        {
            json.WriteStartObject("imageConfig"u8);
            json.WriteString("aspectRatio"u8, RatioOf(size));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    internal override IEnumerable<JsonElement> Images(JsonElement answer)
    {
        var candidate = answer.Member("candidates").Items().FirstOrDefault();
        var images = candidate.Member("content").Member("parts").Items()
            .Where(p => !(p.Member("thought").ValueKind == JsonValueKind.True))
            .Select(p => p.Member("inlineData").Member("data"))
            .Where(d => d.ValueKind == JsonValueKind.String)
            .Take(1)
            .ToList();
        if (images.Count > 0) return images;
        var why = answer.Member("promptFeedback").Member("blockReason").Text() ?? candidate.Member("finishMessage").Text() ?? candidate.Member("finishReason").Text();
        throw new ExchangeRefusedException($"The model made no image ({why ?? "no reason given"}).");
    }

    internal override TokenUsage Usage(JsonElement answer)
    {
        var usage = answer.Member("usageMetadata");
        var thoughts = usage.Member("thoughtsTokenCount").Count();
        var written = usage.Member("candidatesTokenCount").Count();
        return new TokenUsage
        {
            Input = usage.Member("promptTokenCount").Count(),
            Output = written is null && thoughts is null ? null : (written ?? 0) + (thoughts ?? 0),
            Reasoning = thoughts,
        };
    }
}
