using System.Collections.Immutable;
using System.Globalization;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>Prices, in the configuration file below <c>prices</c> and in the catalogue's own.</summary>
internal static class PriceShapes
{
    /// <summary>More than any price can be; keeps sums within what a decimal holds.</summary>
    private const decimal Highest = 1_000_000m;

    public static readonly ScalarShape Money = new("an amount in US dollars such as 2.50", "number", text => IsMoney(text) ? null : "");

    private static readonly ImmutableArray<ConfigKey> Rates =
    [
        new("input", "US dollars for a million input tokens.", Money),
        new("cachedInput", "For a million input tokens read from a cache.", Money),
        new("cacheWrite", "For a million input tokens written to a cache.", Money),
        new("cacheWrite1h", "For a million input tokens written to a cache for an hour.", Money),
        new("output", "For a million output tokens, reasoning included.", Money),
        new("audioInput", "For a million tokens of audio in.", Money),
        new("audioOutput", "For a million tokens of audio out.", Money),
        new("imageInput", "For a million tokens of images in; as input by default.", Money),
        new("imageOutput", "For a million tokens of images out.", Money),
        new("perImage", "For one image made, where images are not billed by tokens.", Money),
        new("perSecond", "For one second of audio, where audio is not billed by tokens.", Money),
        new("perSearch", "For one search unit of a reranking.", Money),
        new("perWebSearch", "For one web search that the provider makes.", Money),
        new("perRequest", "For one request, whatever it uses.", Money),
    ];

    private static readonly ListShape Bands = new("a list such as [{ above: 200000, input: 4, output: 18 }]",
        new ObjectShape("a map such as { above: 200000, input: 4, output: 18 }",
        [
            new("above", "Input tokens, cached ones included, beyond which all tokens of a request cost these rates.", Number(1)) { IsRequired = true },
            .. Rates,
        ])
        { Name = "priceBand" });

    private static readonly ObjectShape Tier = new("a map such as { input: 1, output: 4 } or { times: 0.5 }",
    [
        new("times", "A multiple of the price without a tier, such as 0.5.", Money),
        .. Rates,
        new("bands", "Other rates for long prompts.", Bands),
    ])
    { Name = "priceTier" };

    /// <summary>The price of one model.</summary>
    public static readonly ObjectShape Price = new("a map such as { input: 2.50, output: 10 }",
    [
        .. Rates,
        new("bands", "Other rates for long prompts.", Bands),
        new("tiers", "Other rates for service tiers, by the provider's word for them: flex, priority, batch.", new MapShape("a map of tiers to prices", Tier)),
    ])
    { Name = "price" };

    /// <summary>Prices of models, by name or glob.</summary>
    public static readonly MapShape Models = new("a map of model names to prices", Price);

    /// <summary>The catalogue's own list, <c>prices.yaml</c>.</summary>
    public static readonly MapShape Catalogue = new("a map of lists", new ObjectShape("a list with kinds:, source:, read: and models:",
    [
        new("kinds", "Kinds of providers with these prices.", new ListShape("a list of kinds", Text)) { IsRequired = true },
        new("source", "The page that the figures are from.", Text) { IsRequired = true },
        new("read", "When that page said so.", Time) { IsRequired = true },
        new("models", "Prices by model.", Models) { IsRequired = true },
    ]));

    public static decimal? Parse(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private static bool IsMoney(string text) => Parse(text) is >= 0 and <= Highest;
}
