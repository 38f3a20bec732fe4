using System.Globalization;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Images;

/// <summary>Width and height in pixels.</summary>
/// <param name="Width">At least 1.</param>
/// <param name="Height">At least 1.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>True when it has that ratio, such as <c>16:9</c>, within two percent.</summary>
    internal bool Is(string ratio)
    {
        var colon = ratio.IndexOf(':', StringComparison.Ordinal);
        var wanted = double.Parse(ratio.AsSpan(0, colon), CultureInfo.InvariantCulture) / double.Parse(ratio.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        return Math.Abs(((double)Width / Height / wanted) - 1) < 0.02;
    }
}

/// <summary>A request of OpenAI's images: https://platform.openai.com/docs/api-reference/images/create</summary>
public sealed record ImagesRequest
{
    /// <summary>Members that only OpenAI's models know.</summary>
    internal static readonly string[] OpenAIsOwn = ["user", "style", "moderation", "partial_images"];

    /// <summary>What is to be seen.</summary>
    public required string Prompt { get; init; }

    /// <summary>How many images, 1 to 10.</summary>
    public int Count { get; init; }

    /// <summary>Null: the model's own.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>As written: low, medium, high, standard, hd; null for the model's own.</summary>
    public string? Quality { get; init; }

    /// <summary>png, jpeg or webp; null: the model's own.</summary>
    public string? Format { get; init; }

    /// <summary>Quality of a compressed format, 0 to 100.</summary>
    public long? Compression { get; init; }

    /// <summary>True: addresses of images are asked for, in place of images.</summary>
    public bool WantsUrls { get; init; }

    /// <summary>True: nothing behind what is to be seen.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>True: the images come as events.</summary>
    public bool Stream { get; init; }

    /// <summary>Of <see cref="OpenAIsOwn"/> those that were given.</summary>
    public required IReadOnlyList<string> Others { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ChatFormatException">It breaks the API's rules; the message names the member.</exception>
    public static ImagesRequest Read(ReadOnlyMemory<byte> body) => Wire.Request(body, Read);

    private static ImagesRequest Read(JsonElement root) => new()
    {
        Prompt = root.AskedText("prompt") is { Length: > 0 } prompt ? prompt : throw new ChatFormatException("The member 'prompt' is missing: write a text.", "/prompt"),
        Count = root.AskedCount("n") switch
        {
            null => 1,
            <= 10 and var count => (int)count,
            _ => throw new ChatFormatException("The member 'n' must be at most 10.", "/n"),
        },
        Size = SizeOf(root.AskedText("size")),
        Quality = NotAuto(root.AskedText("quality")),
        Format = root.AskedText("output_format") switch
        {
            null => null,
            "png" or "jpeg" or "webp" => root.AskedText("output_format"),
            _ => throw new ChatFormatException("The member 'output_format' must be 'png', 'jpeg' or 'webp'.", "/output_format"),
        },
        Compression = root.AskedCount("output_compression", 0),
        WantsUrls = root.AskedText("response_format") == "url",
        IsTransparent = root.AskedText("background") == "transparent",
        Stream = root.AskedFlag("stream") == true,
        Others = [.. OpenAIsOwn.Where(name => root.Has(name))],
    };

    private static string? NotAuto(string? text) => text == "auto" ? null : text;

    private static ImageSize? SizeOf(string? size)
    {
        if (NotAuto(size) is not { } given) return null;
        var cross = given.IndexOf('x', StringComparison.Ordinal);
        if (cross > 0
            && int.TryParse(given.AsSpan(0, cross), NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(given.AsSpan(cross + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && width > 0 && height > 0)
        {
            return new ImageSize(width, height);
        }

        throw new ChatFormatException("The member 'size' must be 'auto' or as in '1024x1024'.", "/size");
    }
}
