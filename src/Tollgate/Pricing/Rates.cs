namespace Tollgate.Pricing;

/// <summary>
/// What a model costs, in US dollars: for a million tokens of each kind, and for one of everything else. Null: not priced on its own.
/// </summary>
/// <remarks>
/// Nothing stands in for a rate that is missing, for none costs the same everywhere; but images in are input like any other where they
/// have no rate of their own.
/// </remarks>
public sealed record Rates
{
    private WholeRates _whole = WholeRates.None;

    /// <summary>A million input tokens.</summary>
    public decimal? Input { get; init; }

    /// <summary>A million input tokens read from a cache.</summary>
    public decimal? CachedInput { get; init; }

    /// <summary>A million input tokens written to a cache for 5 minutes, or for as long as the provider keeps them.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>A million input tokens written to a cache for an hour.</summary>
    public decimal? CacheWrite1h { get; init; }

    /// <summary>A million output tokens, reasoning included.</summary>
    public decimal? Output { get; init; }

    /// <summary>A million tokens of audio in.</summary>
    public decimal? AudioInput { get; init; }

    /// <summary>A million tokens of audio out.</summary>
    public decimal? AudioOutput { get; init; }

    /// <summary>A million tokens of images in.</summary>
    public decimal? ImageInput { get; init; }

    /// <summary>A million tokens of images out.</summary>
    public decimal? ImageOutput { get; init; }

    /// <summary>One image made, where images are not billed by tokens.</summary>
    public decimal? PerImage { get; init; }

    /// <summary>One second of audio, where audio is not billed by tokens.</summary>
    public decimal? PerSecond { get; init; }

    /// <summary>One search unit of a reranking.</summary>
    public decimal? PerSearch { get; init; }

    /// <summary>One web search that the provider made for the answer.</summary>
    public decimal? PerWebSearch { get; init; }

    /// <summary>One request, whatever it used.</summary>
    public decimal? PerRequest { get; init; }

    /// <summary>The same in whole numbers, where they are; worked out once. A copy with other rates has its own.</summary>
    internal TokenRates? Whole
    {
        get
        {
            var known = _whole;
            if (!ReferenceEquals(known.Owner, this)) _whole = known = new WholeRates(this, TokenRates.Of(this));
            return known.Rates;
        }
    }

    /// <summary>These rates, with another's for what is not counted in tokens where these have none.</summary>
    internal Rates WithUnitsOf(Rates other) => this with
    {
        PerImage = PerImage ?? other.PerImage,
        PerSecond = PerSecond ?? other.PerSecond,
        PerSearch = PerSearch ?? other.PerSearch,
        PerWebSearch = PerWebSearch ?? other.PerWebSearch,
        PerRequest = PerRequest ?? other.PerRequest,
    };

    /// <summary>The same tokens at a multiple of the price, such as half of it.</summary>
    internal Rates Times(decimal factor) => this with
    {
        Input = Input * factor,
        CachedInput = CachedInput * factor,
        CacheWrite = CacheWrite * factor,
        CacheWrite1h = CacheWrite1h * factor,
        Output = Output * factor,
        AudioInput = AudioInput * factor,
        AudioOutput = AudioOutput * factor,
        ImageInput = ImageInput * factor,
        ImageOutput = ImageOutput * factor,
    };
}
