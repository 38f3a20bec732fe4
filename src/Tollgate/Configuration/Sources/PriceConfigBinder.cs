using System.Collections.Immutable;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;
using Tollgate.Pricing;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of what stands below <c>prices</c>.</summary>
internal sealed class PriceConfigBinder(IReadOnlyList<string> providers, ConfigContext context, ICollection<ConfigProblem> problems)
{
    public ImmutableArray<PriceConfig> Bind(YamlMap? prices) => [.. (prices?.Entries ?? []).SelectMany(OfOwner)];

    private IEnumerable<PriceConfig> OfOwner(YamlEntry owner)
    {
        CheckOwner(owner);
        foreach (var model in (owner.Value as YamlMap)?.Entries ?? [])
        {
            if (model.Value is not YamlMap map) continue;
            if (map.Entries.Count == 0) problems.Error(model.Place, $"prices.{owner.Key}.{model.Key} has no price: write {{ input: 2.50, output: 10 }}");
            yield return new PriceConfig(owner.Key, model.Key, PriceBinder.Bind(map, "the configuration")) { Place = model.Place };
        }
    }

    // A price under a name that nothing has would silently never count.
    private void CheckOwner(YamlEntry owner)
    {
        if (providers.Contains(owner.Key, StringComparer.Ordinal) || context.Catalogue.Kinds.ContainsKey(owner.Key)) return;
        var known = providers.Concat(context.Catalogue.Kinds.Keys).Distinct(StringComparer.Ordinal).ToList();
        problems.Error(owner.Place, $"neither a provider nor a kind is named '{owner.Key}'" + Spelling.DidYouMean(owner.Key, known, $"providers: has {string.Join(", ", providers)}"));
    }
}
