using System.Text.Json;

namespace Tollgate.Protocols.Translators.Images;

/// <summary>
/// Amazon Titan Image Generator and Nova Canvas on InvokeModel, up to five images a call.
/// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html, https://docs.aws.amazon.com/nova/latest/userguide/image-gen-access.html
/// </summary>
internal sealed class AmazonImages(bool nova) : ImageGrammar(nova ? "Nova Canvas" : "Titan Image Generator")
{
    private const int MostPixels = 4_194_304;

    private static readonly HashSet<ImageSize> s_titan =
    [
        new(1024, 1024), new(768, 768), new(512, 512), new(768, 1152), new(384, 576), new(1152, 768), new(576, 384), new(768, 1280), new(384, 640),
        new(1280, 768), new(640, 384), new(896, 1152), new(448, 576), new(1152, 896), new(576, 448), new(768, 1408), new(384, 704), new(1408, 768),
        new(704, 384), new(640, 1408), new(320, 704), new(1408, 640), new(704, 320), new(1152, 640), new(1173, 640),
    ];

    internal override string Verb => "invoke";

    internal override int MostImages => 5;

    protected override bool KnowsQuality => true;

    protected override string Sizes => nova
        ? "images with sides of 320 to 4096 pixels in steps of 16, of no more than 4 million pixels, none four times longer than the other"
        : "images of some sizes only, 1024x1024, 768x768, 512x512, 1152x768 and 1408x768 among them";

    internal override bool Knows(string model) => model.Contains(nova ? "nova-canvas" : "titan-image", StringComparison.Ordinal);

    internal override void Write(Utf8JsonWriter json, ImagesRequest asked, int count)
    {
        json.WriteString("taskType"u8, "TEXT_IMAGE"u8);
        json.WriteStartObject("textToImageParams"u8);
        json.WriteString("text"u8, asked.Prompt);
        json.WriteEndObject();
        json.WriteStartObject("imageGenerationConfig"u8);
        json.WriteNumber("numberOfImages"u8, count);
        if (asked.Quality is { } quality) json.WriteString("quality"u8, quality is "high" or "hd" ? "premium"u8 : "standard"u8);
        if (asked.Size is { } size)
        {
            json.WriteNumber("width"u8, size.Width);
            json.WriteNumber("height"u8, size.Height);
        }

        json.WriteEndObject();
    }

    internal override IEnumerable<JsonElement> Images(JsonElement answer)
    {
        var images = answer.Member("images").Items().ToList();
        return images.Count > 0 ? images : throw new ExchangeRefusedException(answer.Member("error").Text() ?? "The model made no image.");
    }

    protected override bool Makes(ImageSize size, string model) => nova ? IsNovas(size) : s_titan.Contains(size);

    private static bool IsNovas(ImageSize size)
    {
        var (shorter, longer) = (Math.Min(size.Width, size.Height), Math.Max(size.Width, size.Height));
        return shorter >= 320 && longer <= 4096 && shorter % 16 == 0 && longer % 16 == 0 && longer <= 4 * shorter && (long)shorter * longer <= MostPixels;
    }
}

/// <summary>Stability's models on InvokeModel, one image a call: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html</summary>
internal sealed class StabilityImages() : ImageGrammar("Stability")
{
    internal override string Verb => "invoke";

    internal override string[] Formats { get; } = ["png", "jpeg"];

    protected override string[] Ratios { get; } = ["1:1", "2:3", "3:2", "4:5", "5:4", "9:16", "16:9", "9:21", "21:9"];

    internal override bool Knows(string model) => model.Contains("stability.", StringComparison.Ordinal);

    internal override void Write(Utf8JsonWriter json, ImagesRequest asked, int count)
    {
        json.WriteString("prompt"u8, asked.Prompt);
        if (asked.Size is { } size) json.WriteString("aspect_ratio"u8, RatioOf(size));
        json.WriteString("output_format"u8, asked.Format ?? Formats[0]);
    }

    internal override IEnumerable<JsonElement> Images(JsonElement answer)
    {
        var filtered = answer.Member("finish_reasons").Items().Select(r => r.Text()).FirstOrDefault(r => r is not null);
        var images = answer.Member("images").Items().ToList();
        return filtered is null && images.Count > 0 ? images : throw new ExchangeRefusedException(filtered ?? "The model made no image.");
    }
}
