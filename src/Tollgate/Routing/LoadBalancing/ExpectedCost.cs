using Tollgate.Configuration;
using Tollgate.Pricing;
using Tollgate.Protocols;

namespace Tollgate.Routing.LoadBalancing;

/// <summary>
/// What a request of the expected size would cost at a backend. Prices are compared by it, because who is cheapest depends on how much is
/// read for what is written.
/// </summary>
internal sealed class ExpectedCost(PriceBook prices, CostMixConfig mix)
{
    /// <summary>US dollars; null: not known.</summary>
    /// <param name="provider">The operator's name of the provider.</param>
    /// <param name="kind">Entry of the catalogue.</param>
    /// <param name="model">Model as the provider names it.</param>
    internal decimal? Of(string provider, string kind, string model)
    {
        if (prices.For(provider, kind, model) is not { } price) return null;
        var rates = price.Standard.For(mix.Input);
        return Invoice.Total(Usage(rates), price);
    }

    /// <summary>By the price that the backend names itself.</summary>
    internal decimal Of(BackendCostConfig written) => ((written.Input * mix.Input) + (written.Output * mix.Output)) / 1_000_000m;

    // What has no price of its own is not billed apart: cached input as input, and models that write nothing (embeddings) for what they read.
    private TokenUsage Usage(Rates rates) => new()
    {
        Input = rates.Input is null ? null : mix.Input,
        CachedInput = rates.CachedInput is null || rates.Input is null ? null : mix.CachedInput,
        Output = rates.Output is null ? null : mix.Output,
    };
}

/// <summary>What a backend costs by the expected request, known when the configuration is compiled; behind a glob once a name is asked for.</summary>
internal sealed class BackendCost
{
    private readonly Func<string, decimal?>? _ofModel;
    private readonly decimal? _known;

    private BackendCost(decimal? known, Func<string, decimal?>? ofModel) => (_known, _ofModel) = (known, ofModel);

    /// <summary>Whatever is asked for.</summary>
    internal static BackendCost Fixed(decimal? cost) => new(cost, null);

    /// <summary>By the name that is asked for, which goes to the provider as it is.</summary>
    internal static BackendCost ByModel(Func<string, decimal?> cost) => new(null, cost);

    /// <summary>US dollars for a request of the expected size; null: not known.</summary>
    internal decimal? For(string? askedModel) => _ofModel is null ? _known : askedModel is null ? null : _ofModel(askedModel);

    /// <summary>True when no request can make it known.</summary>
    internal bool IsUnknown => _ofModel is null && _known is null;
}
