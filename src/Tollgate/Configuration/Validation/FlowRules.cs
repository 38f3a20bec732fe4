using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Validation;

/// <summary>Lines that need another line to mean anything.</summary>
internal static class FlowRules
{
    public static void Check(YamlEntry entry, YamlMap map, ICollection<ConfigProblem> problems)
    {
        foreach (var key in new[] { "maxQueued", "queueTimeout" })
        {
            if (map[key] is not null && map["maxConcurrent"] is null) problems.Warning(map[key]!.Place, $"providers.{entry.Key}: {key} has no effect without maxConcurrent: add it");
        }

        if (map["keys"] is YamlList { Items.Count: 0 } empty) problems.Error(empty.Place, $"providers.{entry.Key}.keys is empty: write one key or more, or key:");
    }

    /// <summary>A map below <c>balance</c> says one thing.</summary>
    public static void CheckBalance(string model, YamlMap? longForm, ICollection<ConfigProblem> problems)
    {
        if (longForm?["balance"] is not YamlMap balance) return;
        if (balance["hash"] is null == balance["least-cost"] is null)
        {
            problems.Error(balance.Place, $"models.{model}.balance: write hash or least-cost, one of the two");
        }

        if (balance["least-cost"] is YamlMap mix && mix.Number("cachedInput") > (mix.Number("input") ?? new CostMixConfig().Input))
        {
            problems.Error(mix.Place, $"models.{model}.balance.least-cost.cachedInput is more than input, of which it is a part: make it less");
        }
    }

    public static void Check(HealthConfig health, SourcePlace place, string path, ICollection<ConfigProblem> problems)
    {
        if (health.MaxRest < health.Rest) problems.Error(place, $"{path}.maxRest is shorter than rest: make it at least as long");
    }
}
