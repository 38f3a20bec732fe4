using Tollgate.Limits.Rules;
using Tollgate.Pricing;

namespace Tollgate.Configuration.Validation;

/// <summary>Finds what a limit of money cannot count.</summary>
internal static class UnpricedBackends
{
    /// <summary>Backends without a known price that requests of the limit can come to, as <c>provider: model</c>. Globs are left out: their models are not known.</summary>
    public static IEnumerable<string> Of(GatewayConfig config, LimitConfig limit)
    {
        var prices = new PriceBook(PriceList.Default, config.Prices);
        var kinds = config.Providers.ToDictionary(p => p.Name, p => p.Kind, StringComparer.Ordinal);
        return config.Models
            .SelectMany(model => model.Backends.Select(backend => (Asked: model.Name, backend.Provider, Served: backend.Model ?? model.Name)))
            .Where(b => !b.Served.Contains('*', StringComparison.Ordinal) && kinds.ContainsKey(b.Provider))
            .Where(b => limit.Match is null || Names.Fit(limit.Match.Models, b.Asked) || Names.Fit(limit.Match.Models, b.Served))
            .Where(b => limit.Match is null || limit.Match.Providers.IsEmpty || limit.Match.Providers.Contains(b.Provider, StringComparer.Ordinal))
            .Where(b => prices.For(b.Provider, kinds[b.Provider], b.Served) is null)
            .Select(b => $"{b.Provider}: {b.Served}")
            .Distinct(StringComparer.Ordinal);
    }
}
