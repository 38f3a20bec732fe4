using System.Collections.Immutable;
using Tollgate.Configuration.Validation;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of what stands below <c>models</c>, in its short and long forms.</summary>
internal sealed class ModelBinder(IReadOnlyList<string> providers, ICollection<ConfigProblem> problems)
{
    public ImmutableArray<ModelConfig> Bind(YamlMap? models) => [.. (models?.Entries ?? []).Select(Model)];

    private ModelConfig Model(YamlEntry entry)
    {
        // Only the long form is a map: its backends stand below a key.
        var longForm = entry.Value as YamlMap;
        var node = longForm is null ? entry.Value : longForm["backends"];

        FlowRules.CheckBalance(entry.Key, longForm, problems);
        var backends = Backends(node);
        if (node is YamlList { Items.Count: 0 })
        {
            problems.Error(node.Place, $"models.{entry.Key} names no provider: write [{(providers.Count > 0 ? providers[0] : "openai")}]");
        }
        else if (!backends.IsEmpty && backends.All(backend => backend.Weight == 0))
        {
            problems.Error(entry.Place, $"all weights of models.{entry.Key} are 0, so nothing would serve it: give one of them weight: 1");
        }

        return new ModelConfig
        {
            Name = entry.Key,
            Backends = backends,
            Match = new MatchBinder(problems).Match(longForm?.Map("match"), entry.Key),
            Access = AuthenticationBinder.ModelAccess(longForm?.Map("access")),
            Costs = new CostBinder(problems).Bind(longForm?["costs"]),
            OwnedBy = longForm?.Text("ownedBy"),
            Retry = longForm?.Retry("retry"),
            Timeouts = longForm?.Timeouts("timeouts"),
            KeepAlive = RoutingBinder.KeepAlive(longForm),
            Hedge = longForm?.Map("hedge")?.Duration("after") is { } after ? new HedgeConfig(after) : null,
            Resumes = longForm?.Text("brokenStream") == "resume",
            Created = longForm?.Text("created") is { } created ? TimeText.Parse(created) : null,
            Balance = RoutingBinder.Balance(longForm),
            Fetch = TranslationBinder.Fetch(longForm?.Map("fetch")),
            Fidelity = longForm is null ? null : TranslationBinder.Fidelity(longForm),
            Place = entry.Place,
        };
    }

    private ImmutableArray<BackendConfig> Backends(YamlNode? node) => node switch
    {
        YamlList list => [.. list.Items.Select(Backend).OfType<BackendConfig>()],
        YamlScalar one => Backend(one) is { } backend ? [backend] : [],
        _ => [],
    };

    private BackendConfig? Backend(YamlNode node)
    {
        var map = node as YamlMap;
        var name = map is null ? node as YamlScalar : map.Scalar("provider");
        if (name is not { IsBroken: false, IsNull: false, Text.Length: > 0 }) return null;

        if (!providers.Contains(name.Text, StringComparer.Ordinal))
        {
            var known = providers.Count == 0 ? "providers: names none" : $"providers: has {string.Join(", ", providers)}";
            problems.Error(name.Place, $"no provider is named '{name.Written}'" + Spelling.DidYouMean(name.Text, providers, known));
        }

        return new BackendConfig
        {
            Provider = name.Text,
            Model = map?.Text("model"),
            Weight = Math.Max(0, map?.Number("weight") ?? 1),
            Priority = Math.Max(0, map?.Number("priority") ?? 0),
            Headers = new MatchBinder(problems).Headers(map?.Map("headers"), HeaderMutation.None),
            Body = MatchBinder.Body(map?.Map("body")),
            Cost = RoutingBinder.Cost(map?.Map("cost")),
            Place = name.Place,
        };
    }
}
