using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Images;

/// <summary>How one family of models is asked for images.</summary>
internal abstract class ImageGrammar(string family)
{
    internal abstract string Verb { get; }

    /// <summary>Most images of one call.</summary>
    internal virtual int MostImages => 1;

    /// <summary>Formats that it can write; the first is what it writes when it is not told.</summary>
    internal virtual string[] Formats => ["png"];

    /// <summary>Ratios that it can be asked for; empty: it is asked for pixels.</summary>
    protected virtual string[] Ratios => [];

    protected virtual bool KnowsQuality => false;

    protected virtual bool KnowsCompression => false;

    internal IEnumerable<FidelityRule> Rules
    {
        get
        {
            yield return Size;
            yield return Format;
            if (Ratios.Length > 0) yield return Ratio;
            if (!KnowsQuality) yield return Quality;
            if (!KnowsCompression) yield return Compression;
        }
    }

    private FidelityRule Size => new("size", FidelityOutcome.Refused, $"{family} makes {Sizes}.");

    private FidelityRule Ratio => new("size", FidelityOutcome.Approximated, $"Said to {family} as the ratio of its sides: how many pixels there are is the model's choice.");

    private FidelityRule Quality => new("quality", FidelityOutcome.Dropped, $"{family} has no such choice.");

    private FidelityRule Format => new("output_format", FidelityOutcome.Refused, $"{family} writes {string.Join(" or ", Formats)} only.");

    private FidelityRule Compression => new("output_compression", FidelityOutcome.Dropped, $"{family} has no such choice.");

    /// <summary>In words, for the refusal of others.</summary>
    protected virtual string Sizes => $"images with sides of {string.Join(", ", Ratios)} only";

    internal abstract bool Knows(string model);

    internal void Check(ImagesRequest asked, string model, FidelityLog log)
    {
        if (asked.Size is { } size)
        {
            if (!Makes(size, model)) log.Apply(Size, "/size");
            else if (Ratios.Length > 0) log.Apply(Ratio, "/size");
        }

        if (asked.Quality is not null && !KnowsQuality) log.Apply(Quality, "/quality");
        if (asked.Format is { } format && !Formats.Contains(format)) log.Apply(Format, "/output_format");
        if (asked.Compression is not null && !KnowsCompression) log.Apply(Compression, "/output_compression");
    }

    /// <summary>Writes the members of a body that asks for so many images.</summary>
    internal abstract void Write(Utf8JsonWriter json, ImagesRequest asked, int count);

    /// <summary>The images of an answer in base64.</summary>
    /// <exception cref="ExchangeRefusedException">The provider made none, and says why.</exception>
    internal abstract IEnumerable<JsonElement> Images(JsonElement answer);

    internal virtual TokenUsage Usage(JsonElement answer) => default;

    protected virtual bool Makes(ImageSize size, string model) => RatioOf(size) is not null;

    protected string? RatioOf(ImageSize size) => Array.Find(Ratios, size.Is);
}
