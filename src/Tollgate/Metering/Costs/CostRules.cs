using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Metering.Costs;

/// <summary>A cost that a request had.</summary>
/// <param name="Name">The operator's name for it.</param>
/// <param name="Value">Null when it could not be worked out.</param>
public readonly record struct RequestCost(string Name, long? Value);

/// <summary>The operator's costs of one generation: those of every request, and those of routes that say otherwise.</summary>
internal sealed class CostRules
{
    private readonly CostRule[] _everywhere;
    private readonly FrozenDictionary<string, CostRule[]> _ofRoute;

    /// <summary>Compiles costs that have been validated.</summary>
    public CostRules(GatewayConfig config)
    {
        _everywhere = Compile(config.Costs);
        _ofRoute = config.Models.Where(model => !model.Costs.IsEmpty)
            .ToFrozenDictionary(model => model.Name, model => Compile([.. config.Costs.ExceptBy(model.Costs.Select(cost => cost.Name), cost => cost.Name, StringComparer.Ordinal), .. model.Costs]), StringComparer.Ordinal);
    }

    /// <summary>Works out the costs of a request whose usage is known.</summary>
    public void Apply(RequestRecord record)
    {
        var rules = For(record.Route);
        if (rules.Length == 0 || !record.Used.IsKnown) return;
        var facts = CostFacts.Of(record);
        foreach (var rule in rules) record.Costs.Add(new RequestCost(rule.Name, rule.Of(facts)));
    }

    /// <summary>One of the costs; null when it fails, or the route has none of that name.</summary>
    public long? Of(string name, in CostFacts facts)
    {
        foreach (var rule in For(facts.Route))
        {
            if (rule.Name == name) return rule.Of(facts);
        }

        return null;
    }

    private CostRule[] For(string? route) => route is not null && _ofRoute.TryGetValue(route, out var own) ? own : _everywhere;

    private static CostRule[] Compile(ImmutableArray<CostConfig> costs) => [.. costs.Select(cost => CostRule.Compile(cost).Rule).OfType<CostRule>()];
}
