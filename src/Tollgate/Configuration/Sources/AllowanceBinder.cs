using System.Collections.Immutable;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Reads <c>budget</c> and <c>limits</c> of a client, a team or an organisation.</summary>
internal sealed class AllowanceBinder(ICollection<ConfigProblem> problems)
{
    public ImmutableArray<Allowance> Bind(YamlMap map, string path)
    {
        var result = new List<Allowance>();
        Add(result, LimitUnit.Money, map["budget"], $"{path}.budget");
        if (map.Map("limits") is { } limits)
        {
            foreach (var (word, unit) in AllowanceUnits.Counted) Add(result, unit, limits[word], $"{path}.limits.{word}");
        }

        return [.. result];
    }

    private void Add(List<Allowance> result, LimitUnit unit, YamlNode? node, string path)
    {
        IReadOnlyList<YamlNode> items = node switch { null => [], YamlList list => [.. list.Items], _ => [node] };
        if (node is YamlList && items.Count == 0) problems.Error(node.Place, $"{path} is empty: write an amount and a span such as 50/month, or remove the line");
        foreach (var scalar in items.OfType<YamlScalar>().Where(s => !s.IsBroken))
        {
            if (Allowance.Parse(unit, scalar.Text) is not { } allowance) continue;
            if (result.Exists(other => other.Unit == unit && other.Per == allowance.Per)) problems.Error(scalar.Place, $"{path} has two amounts for one {allowance.Per.ToString().ToLowerInvariant()}: keep the smaller one");
            else result.Add(allowance);
        }
    }
}
