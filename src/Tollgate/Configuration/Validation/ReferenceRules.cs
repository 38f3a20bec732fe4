using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Validation;

/// <summary>Names that point at each other.</summary>
internal static class ReferenceRules
{
    public static void Check(YamlMap root, GatewayConfig config, IReadOnlyList<string> providers, ICollection<ConfigProblem> problems)
    {
        CheckDefault(root, providers, problems);
        CheckUnreachable(config, problems);
        if (root["models"] is null or YamlMap { Entries.Count: 0 })
        {
            problems.Warning(root["models"]?.Place ?? root.Place, "models is empty, so no request by model name can be served: write models: { \"*\": PROVIDER }");
            return;
        }

        // A misspelt name would be reported twice, here as the provider that nobody uses.
        if (problems.Any(problem => problem.IsError)) return;

        var used = config.Models.SelectMany(model => model.Backends).Select(backend => backend.Provider).Append(config.Default).ToHashSet(StringComparer.Ordinal);
        foreach (var provider in config.Providers.Where(provider => !used.Contains(provider.Name)))
        {
            problems.Warning(provider.Place, $"no model names the provider '{provider.Name}', so it is never called: add it below models:, or remove it");
        }
    }

    private static void CheckDefault(YamlMap root, IReadOnlyList<string> providers, ICollection<ConfigProblem> problems)
    {
        if (root.Scalar("default") is not { Text.Length: > 0 } name || providers.Contains(name.Text, StringComparer.Ordinal)) return;

        problems.Error(name.Place, $"no provider is named '{name.Written}'" + Spelling.DidYouMean(name.Text, providers, $"providers: has {string.Join(", ", providers)}"));
    }

    private static void CheckUnreachable(GatewayConfig config, ICollection<ConfigProblem> problems)
    {
        if (config.Models.FirstOrDefault(model => model.IsGlob && model.Name == "*") is not { } all) return;

        foreach (var late in config.Models.Where(model => model.IsGlob && model.Place.Line > all.Place.Line))
        {
            problems.Warning(late.Place, $"'{late.Name}' is never reached, because '*' on line {all.Place.Line} matches every name first: move '*' to the end");
        }
    }
}
