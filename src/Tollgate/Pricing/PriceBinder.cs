using System.Collections.Immutable;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Pricing;

/// <summary>Makes a price of what was written, once its shape is checked.</summary>
internal static class PriceBinder
{
    public static ModelPrice Bind(YamlMap map, string source)
    {
        var standard = Tier(map, units: null);
        var tiers = map.Map("tiers")?.Entries.Where(entry => entry.Value is YamlMap)
            .ToImmutableDictionary(entry => entry.Key, entry => Tier((YamlMap)entry.Value, standard), StringComparer.Ordinal);
        return new ModelPrice(standard, tiers ?? ImmutableDictionary<string, TierPrice>.Empty, source);
    }

    private static TierPrice Tier(YamlMap map, TierPrice? units)
    {
        if (units is not null && PriceShapes.Parse(map.Text("times")) is { } factor)
        {
            return new TierPrice(units.Base.Times(factor), [.. units.Bands.Select(band => band with { Rates = band.Rates.Times(factor) })]);
        }

        var rates = Rates(map);
        if (units is not null) rates = rates.WithUnitsOf(units.Base);
        var bands = map["bands"] is YamlList list ? list.Items.OfType<YamlMap>() : [];
        return new TierPrice(rates, [.. bands.Select(band => new ContextBand(band.Number("above") ?? 0, Rates(band).WithUnitsOf(rates))).OrderBy(band => band.Above)]);
    }

    private static Rates Rates(YamlMap map) => new()
    {
        Input = Amount(map, "input"),
        CachedInput = Amount(map, "cachedInput"),
        CacheWrite = Amount(map, "cacheWrite"),
        CacheWrite1h = Amount(map, "cacheWrite1h"),
        Output = Amount(map, "output"),
        AudioInput = Amount(map, "audioInput"),
        AudioOutput = Amount(map, "audioOutput"),
        ImageInput = Amount(map, "imageInput"),
        ImageOutput = Amount(map, "imageOutput"),
        PerImage = Amount(map, "perImage"),
        PerSecond = Amount(map, "perSecond"),
        PerSearch = Amount(map, "perSearch"),
        PerWebSearch = Amount(map, "perWebSearch"),
        PerRequest = Amount(map, "perRequest"),
    };

    private static decimal? Amount(YamlMap map, string key) => PriceShapes.Parse(map.Text(key));
}
