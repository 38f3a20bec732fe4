using Tollgate.Catalog;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Migration;

/// <summary>
/// Says in the words of <c>tollgate.yaml</c> what the configuration of a LiteLLM proxy says
/// (<see href="https://docs.litellm.ai/docs/proxy/config_settings"/>). What has no counterpart is listed.
/// </summary>
internal sealed class LiteLlmFile(Catalogue catalogue, ICollection<ConfigProblem> problems)
{
    private readonly LiteLlmRouter _router = new(problems);

    private static readonly string[] Read = ["model_list", "router_settings", "litellm_settings", "general_settings"];

    /// <summary>The converted file; null, with a problem, when this is no configuration of LiteLLM.</summary>
    public YamlMap? Convert(YamlMap file)
    {
        if (file["model_list"] is not YamlList list)
        {
            problems.Error(file.Place, "this is no configuration of LiteLLM: it has no model_list");
            return null;
        }

        foreach (var entry in file.Entries.Where(entry => !Read.Contains(entry.Key, StringComparer.Ordinal))) Left(entry, entry.Key);
        var quotas = new LiteLlmQuotas(problems);
        var providers = new LiteLlmProviders(catalogue, quotas, problems);
        var groups = new List<(string Name, List<YamlMap> Backends)>();
        foreach (var model in list.Items.OfType<YamlMap>())
        {
            if (model.Text("model_name") is not { } name || providers.Backend(model) is not { } backend) continue;
            if (groups.FirstOrDefault(group => group.Name == name) is not { Backends: { } backends }) groups.Add((name, backends = []));
            backends.Add(backend);
        }

        return Tree.Map(file.Place,
        [
            ("clients", Clients(file.Map("general_settings"))),
            ("retry", _router.Retry(file)),
            ("health", LiteLlmRouter.Health(file)),
            ("limits", quotas.Limits),
            ("providers", new YamlMap(file.Place, providers.Entries)),
            ("models", _router.Models(file, groups)),
        ]);
    }

    /// <summary>A variable in LiteLLM's way to write it.</summary>
    internal static YamlScalar Value(YamlScalar scalar)
    {
        const string Prefix = "os.environ/";
        return scalar.Text.StartsWith(Prefix, StringComparison.Ordinal) ? Tree.Text(scalar.Place, "", $"${{{scalar.Text[Prefix.Length..]}}}") : scalar with { IsPlain = scalar.IsPlain && scalar.Text == scalar.Written };
    }

    private YamlMap? Clients(YamlMap? settings)
    {
        foreach (var entry in settings?.Entries ?? []) if (entry.Key != "master_key") Left(entry, $"general_settings.{entry.Key}");
        return settings?.Scalar("master_key") is { } key ? Tree.Map(key.Place, ("master", Tree.Map(key.Place, ("key", Value(key))))) : null;
    }

    private void Left(YamlEntry entry, string path) => problems.Warning(entry.Place, $"{path} has no counterpart and was left out");
}
