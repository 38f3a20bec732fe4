using System.Collections.Immutable;
using Tollgate.Catalog;

namespace Tollgate.Configuration.Sources;

/// <summary>A provider that the environment names.</summary>
/// <param name="Config">The provider, as if it had been written.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="ServesAnyName">Its model names are not known beforehand: a server of one's own, or a vendor of everybody's models.</param>
internal sealed record DiscoveredProvider(ProviderConfig Config, ProviderKind Kind, bool ServesAnyName);

/// <summary>Routes for providers that nobody wrote routes for.</summary>
internal static class DiscoveredModels
{
    public static GatewayConfig Serve(IReadOnlyList<DiscoveredProvider> found, ICollection<ConfigProblem> problems)
    {
        var models = found
            .SelectMany(provider => provider.Kind.Models.Select(glob => Model(glob, provider.Config)))
            .DistinctBy(model => model.Name, StringComparer.Ordinal)
            .ToList();
        AddCatchAll(found, models, problems);
        return new GatewayConfig
        {
            Source = $"the environment ({string.Join(", ", found.Select(provider => provider.Config.Name))})",
            Providers = [.. found.Select(provider => provider.Config)],
            Models = [.. models],
            Default = found[0].Config.Name,
        };
    }

    // One provider at most can have the names that nobody claims. Which of several was meant cannot be guessed.
    private static void AddCatchAll(IReadOnlyList<DiscoveredProvider> found, List<ModelConfig> models, ICollection<ConfigProblem> problems)
    {
        DiscoveredProvider? first = null;
        foreach (var provider in found.Where(provider => provider.ServesAnyName))
        {
            if (first is null)
            {
                first = provider;
                models.Add(Model("*", provider.Config));
            }
            else
            {
                problems.Warning(provider.Config.Place, $"{first.Kind.Title} serves the model names that are nobody's own, so {provider.Kind.Title} "
                    + "gets no request but for its own: write a tollgate.yaml to say which models it serves");
            }
        }
    }

    private static ModelConfig Model(string name, ProviderConfig provider) => new()
    {
        Name = name,
        Backends = [new BackendConfig { Provider = provider.Name, Place = provider.Place }],
        Place = provider.Place,
    };
}
