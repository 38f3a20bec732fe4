using System.Collections.Immutable;
using Tollgate.Configuration.Yaml;
using Tollgate.Metering.Costs;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of what stands below <c>costs</c>, and checks its expressions.</summary>
internal sealed class CostBinder(ICollection<ConfigProblem> problems)
{
    public ImmutableArray<CostConfig> Bind(YamlNode? node)
    {
        var costs = ImmutableArray.CreateBuilder<CostConfig>();
        foreach (var map in (node as YamlList)?.Items.OfType<YamlMap>() ?? [])
        {
            if (map.Text("name") is not { } name || !Enum.TryParse<CostType>(map.Text("type") ?? "", out var type)) continue;
            if (costs.Any(other => other.Name == name)) problems.Error(map.Scalar("name")!.Place, $"two costs are named '{name}': rename one of them");
            var cost = new CostConfig(name, type, map.Text("expression")) { Place = map.Place };
            Check(cost, map);
            costs.Add(cost);
        }

        return costs.ToImmutable();
    }

    private void Check(CostConfig cost, YamlMap map)
    {
        var expression = map.Scalar("expression");
        if (cost.Type != CostType.CEL)
        {
            if (expression is not null) problems.Error(expression.Place, $"a cost of type {cost.Type} has no expression: write type: CEL, or leave the expression out");
            return;
        }

        if (expression is null)
        {
            problems.Error(map.Place, $"the cost '{cost.Name}' is of type CEL and needs an expression, such as input_tokens + 3u * output_tokens");
            return;
        }

        foreach (var problem in CostRule.Compile(cost).Problems) problems.Error(At(expression, problem.Line, problem.Column), $"in the expression of '{cost.Name}', {problem}");
    }

    // In a text of one line the place is exact; elsewhere the problem's own line and column tell.
    private static SourcePlace At(YamlScalar expression, int line, int column) =>
        line == 1 && expression.Text == expression.Written && !expression.Written.Contains('\n', StringComparison.Ordinal)
            ? expression.Place with { Column = expression.Place.Column + column - (expression.IsPlain ? 1 : 0) }
            : expression.Place;
}
