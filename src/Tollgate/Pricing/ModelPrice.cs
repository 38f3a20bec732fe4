using System.Collections.Immutable;

namespace Tollgate.Pricing;

/// <summary>Rates for requests with more input than a bound, all of whose tokens are then billed at them.</summary>
/// <param name="Above">Input tokens, cached ones included, that must be exceeded.</param>
/// <param name="Rates">The rates.</param>
public sealed record ContextBand(long Above, Rates Rates);

/// <summary>What one service tier costs: its rates, and those of its context bands.</summary>
/// <param name="Base">Rates without a band.</param>
/// <param name="Bands">Bands, lowest bound first.</param>
public sealed record TierPrice(Rates Base, ImmutableArray<ContextBand> Bands)
{
    /// <summary>The rates for a request of that size.</summary>
    public Rates For(long input)
    {
        var rates = Base;
        foreach (var band in Bands)
        {
            if (input > band.Above) rates = band.Rates;
        }

        return rates;
    }
}

/// <summary>What a model costs at a provider.</summary>
/// <param name="Standard">What it costs unless a tier says otherwise.</param>
/// <param name="Tiers">Tiers that cost something else, by the provider's word, such as <c>flex</c>.</param>
/// <param name="Source">Where the figures are from: a page's address, or words such as <c>the configuration</c>.</param>
public sealed record ModelPrice(TierPrice Standard, ImmutableDictionary<string, TierPrice> Tiers, string Source)
{
    // Providers' words for the tier that has no word.
    private static readonly string[] StandardTiers = ["default", "standard", "auto"];

    /// <summary>The rates for a request that a tier served; null when that tier's price is not known.</summary>
    /// <param name="tier">The provider's word, or null.</param>
    /// <param name="input">Input tokens, cached ones included.</param>
    public Rates? For(string? tier, long input)
    {
        if (tier is null || Array.IndexOf(StandardTiers, tier) >= 0) return Standard.For(input);
        return Tiers.GetValueOrDefault(tier)?.For(input);
    }
}
