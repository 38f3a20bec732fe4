using Tollgate.Configuration;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Fields;

namespace Tollgate.Kubernetes.Resources;

/// <summary>Reads manifests into resources, and checks each by itself.</summary>
/// <param name="table">The kinds that are known.</param>
/// <param name="context">What they are read against.</param>
/// <param name="problems">Gets what is wrong, and warnings.</param>
/// <param name="unserved">Gets what is right but cannot be run with.</param>
internal sealed class ResourceReader(KindTable table, ConfigContext context, ICollection<ConfigProblem> problems, ICollection<ConfigProblem> unserved)
{
    private readonly ShapeChecker _checker = new(problems, unserved);
    private readonly Dictionary<string, Resource> _seen = new(StringComparer.Ordinal);

    /// <summary>The resources that could be read, in the order written.</summary>
    public List<Resource> Read(IReadOnlyList<ConfigText> texts)
    {
        var resources = new List<Resource>();
        foreach (var text in texts)
        {
            var documents = YamlReader.ReadAll(text.Text, text.File, context.Environment, problems);
            foreach (var document in documents.Select(WithoutNulls)) resources.AddRange(Items(document).Select(item => Read(item, text.File)).OfType<Resource>());
        }

        return resources;
    }

    /// <summary>A list of kind List stands for its items.</summary>
    private static IEnumerable<YamlNode> Items(YamlNode document) =>
        document is YamlMap map && map.Text("kind") == "List" && map["items"] is YamlList list ? list.Items : [document];

    private Resource? Read(YamlNode node, string file)
    {
        if (node is not YamlMap map)
        {
            problems.Error(node.Place, $"a resource is a map with apiVersion, kind and metadata, and here is {node.Noun}");
            return null;
        }

        if (KindOf(map) is not { } kind) return null;

        _checker.Check(map, kind.Shapes[map.Text("apiVersion")!], "");
        var resource = new Resource(kind, map, file);
        if (kind.Field.Decision == Decision.Ignored) problems.Warning(map.Place, $"{resource.Title} has no effect: {kind.Field.Note}");
        if (kind.Field.Decision == Decision.Refused) unserved.Add(new ConfigProblem(map.Place, $"{resource.Title} cannot be served: {kind.Field.Note}"));
        if (_seen.TryAdd($"{kind.Name} {resource.Namespace}/{resource.Name}", resource) || resource.Name.Length == 0) return resource;

        problems.Error(resource.Place, $"{resource.Title} is written twice, first at {_seen[resource.Title].Place}: keep one of them");
        return null;
    }

    private Kind? KindOf(YamlMap map)
    {
        var version = map.Scalar("apiVersion");
        var name = map.Scalar("kind");
        if (version is null || name is null)
        {
            problems.Error(map.Place, $"a resource needs {(version is null ? "apiVersion" : "kind")}: {(version is null ? "such as aigateway.envoyproxy.io/v1beta1" : "such as AIGatewayRoute")}");
            return null;
        }

        var slash = version.Text.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : version.Text[..slash];
        if (table.ByName.TryGetValue(name.Text, out var kind) && kind.Group == group)
        {
            if (kind.Versions.Contains(version.Text, StringComparer.Ordinal)) return kind;
            problems.Error(version.Place, $"version {version.Text} of {kind.Name} is not known: write {string.Join(" or ", kind.Versions)}");
        }
        else if (table.Kinds.Any(known => known.Group == group && group.Length > 0))
        {
            problems.Error(name.Place, $"no kind of {group} is named '{name.Written}'" + Spelling.DidYouMean(name.Text, table.ByName.Keys, "see docs/manifests.md"));
        }
        else
        {
            problems.Warning(map.Place, $"kind {name.Written} of {version.Written} has no effect: there is no cluster");
        }

        return null;
    }

    /// <summary>A key with nothing behind it is a key that was not written.</summary>
    private static YamlNode WithoutNulls(YamlNode node) => node switch
    {
        YamlMap map => map with { Entries = [.. map.Entries.Where(entry => entry.Value is not YamlScalar { IsNull: true }).Select(entry => entry with { Value = WithoutNulls(entry.Value) })] },
        YamlList list => list with { Items = [.. list.Items.Select(WithoutNulls)] },
        _ => node,
    };
}
