using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Kubernetes.Resources;

/// <summary>Ways into nodes whose shape is checked.</summary>
internal static class NodeLists
{
    /// <summary>The maps of a list; none when it is not there.</summary>
    public static IEnumerable<YamlMap> Maps(this YamlMap map, string key) => (map[key] as YamlList)?.Items.OfType<YamlMap>() ?? [];

    /// <summary>The single values of a list; none when it is not there.</summary>
    public static IEnumerable<YamlScalar> Scalars(this YamlMap map, string key) => (map[key] as YamlList)?.Items.OfType<YamlScalar>().Where(scalar => !scalar.IsBroken) ?? [];

    /// <summary>What is at the end of a path of maps; null when something on the way is not there.</summary>
    public static YamlNode? At(this YamlMap map, params ReadOnlySpan<string> path)
    {
        YamlNode? node = map;
        foreach (var key in path) node = (node as YamlMap)?[key];
        return node;
    }

    /// <summary>A map at the end of a path.</summary>
    public static YamlMap? MapAt(this YamlMap map, params ReadOnlySpan<string> path) => map.At(path) as YamlMap;

    /// <summary>A text at the end of a path.</summary>
    public static string? TextAt(this YamlMap map, params ReadOnlySpan<string> path) =>
        path.Length == 1 ? map.Text(path[0]) : map.MapAt(path[..^1])?.Text(path[^1]);
}
