using System.Collections.Frozen;
using Tollgate.Configuration;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Protocols;

namespace Tollgate.Catalog;

/// <summary>Turns <c>providers.yaml</c> into kinds.</summary>
internal static class CatalogueReader
{
    /// <summary>Reads one that somebody wrote.</summary>
    public static Catalogue Read(string text, string fileName)
    {
        var problems = new List<ConfigProblem>();
        var root = Root(text, fileName, problems);
        if (root is not null) new ShapeChecker(problems).Check(root, CatalogueShapes.File, "the catalogue");
        ThrowIfAny(problems);

        var entries = ((YamlMap)root!).Entries;
        CheckNames(entries, problems);
        ThrowIfAny(problems);
        return Of(entries);
    }

    /// <summary>Reads one that a test has checked already: the checks would be a tenth of the start.</summary>
    public static Catalogue ReadChecked(string text, string fileName)
    {
        var problems = new List<ConfigProblem>();
        var root = Root(text, fileName, problems);
        ThrowIfAny(problems);
        return Of(((YamlMap)root!).Entries);
    }

    private static YamlNode? Root(string text, string fileName, List<ConfigProblem> problems)
    {
        var root = YamlReader.Read(text, fileName, _ => null, problems);
        if (root is null && problems.Count == 0) problems.Error(new SourcePlace(fileName, 1, 1), "the catalogue is empty");
        return root;
    }

    private static Catalogue Of(IReadOnlyList<YamlEntry> entries) => new(entries.Select(entry => Kind(entry.Key, (YamlMap)entry.Value)));

    private static ProviderKind Kind(string name, YamlMap map) => new()
    {
        Name = name,
        Title = map.Text("title")!,
        Aliases = map.Texts("aliases"),
        Docs = map.Text("docs"),
        Url = map.Text("url"),
        Credential = Enum.Parse<CredentialForm>(map.Text("credential")!),
        CredentialOptional = map.Flag("credentialOptional") ?? false,
        Envelope = map.Text("envelope") is { } envelope ? Enum.Parse<EnvelopeKind>(envelope) : EnvelopeKind.Direct,
        MetricName = map.Text("metricName") ?? name,
        Chat = map.Text("chat") ?? "openai.chat",
        Rerank = map.Text("rerank"),
        Operations = Paths(map["operations"]).ToFrozenDictionary(),
        KeyVariables = map.Texts("keyVariables"),
        UrlVariable = map.Text("urlVariable"),
        Models = map.Texts("models"),
        AnyModel = map.Flag("anyModel") ?? false,
        Betas = map.Texts("betas"),
        ApiVersion = map.Text("apiVersion"),
        StreamOptions = map.Flag("streamOptions") ?? true,
        Quirks = map.Texts("quirks"),
        InProcess = map.Flag("inProcess") ?? false,
    };

    private static Dictionary<Operation, string> Paths(YamlNode? node) => node switch
    {
        YamlList list => list.Items.Select(item => Operations.Find(((YamlScalar)item).Text)!).ToDictionary(operation => operation, operation => operation.Path),
        YamlMap map => map.Entries.ToDictionary(entry => Operations.Find(entry.Key)!, entry => ((YamlScalar)entry.Value).Text),
        _ => [],
    };

    private static void CheckNames(IReadOnlyList<YamlEntry> entries, List<ConfigProblem> problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            foreach (var name in ((YamlMap)entry.Value).Texts("aliases").Prepend(entry.Key))
            {
                if (!seen.Add(name)) problems.Error(entry.Place, $"the name '{name}' is taken by another kind: choose another name or alias");
            }
        }
    }

    private static void ThrowIfAny(List<ConfigProblem> problems)
    {
        if (problems.Count > 0) throw new FormatException(string.Join('\n', problems.InOrder()));
    }
}
