using System.Collections.Immutable;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of what stands below <c>teams</c> and <c>organizations</c>.</summary>
internal sealed class GroupBinder(ICollection<ConfigProblem> problems)
{
    private readonly AllowanceBinder _allowances = new(problems);

    public ImmutableArray<GroupConfig> Bind(YamlMap root, string key) => [.. (root.Map(key)?.Entries ?? []).Select(entry => Bind(entry, key))];

    private GroupConfig Bind(YamlEntry entry, string key)
    {
        var path = $"{key}.{entry.Key}";
        if (entry.Value is not YamlMap map) return new GroupConfig(entry.Key) { Place = entry.Place };
        foreach (var list in (string[])["models", "providers"])
        {
            if (map[list] is YamlList { Items.Count: 0 } none) problems.Error(none.Place, $"{path}.{list} is empty, so its members could ask for nothing: name some, or remove the line");
        }

        return new GroupConfig(entry.Key)
        {
            Organization = map.Text("organization"),
            Models = map.Texts("models"),
            Providers = map.Texts("providers"),
            Allowances = _allowances.Bind(map, path),
            Place = entry.Place,
        };
    }
}
