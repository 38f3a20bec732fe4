using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Tollgate.Authentication;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Metering.Costs;
using Tollgate.Pipeline;
using Tollgate.Pricing;
using Tollgate.Protocols.Json;
using Tollgate.Routing;

namespace Tollgate.Model;

/// <summary>Turns what the operator wrote into one generation, or into problems.</summary>
internal sealed class ModelCompiler(Catalogue catalogue, ConnectionPools pools, TimeProvider time)
{
    /// <summary>Null when a problem is an error. The configuration has been validated by whoever read it.</summary>
    internal GatewayModel? Compile(GatewayConfig config, int generation, ICollection<ConfigProblem> problems)
    {
        var names = new JsonNames([.. BodyNames.All, .. OperatorsNames(config)]);
        var compiler = new ProviderCompiler(catalogue, pools, time, names);
        var providers = new Dictionary<string, Provider>(StringComparer.Ordinal);
        var failed = false;
        foreach (var provider in config.Providers)
        {
            if (compiler.Compile(provider, problems) is { } compiled) providers[provider.Name] = compiled;
            else failed = true;
        }

        if (failed) return null;
        var routes = new RouteTable([.. config.Models.Select(m => CompileRoute(m, providers))]);
        return new GatewayModel
        {
            Generation = generation,
            Config = config,
            Names = names,
            Routes = routes,
            Providers = providers.ToFrozenDictionary(StringComparer.Ordinal),
            Clients = new ClientDirectory(config.Clients),
            Default = config.Default is { } name ? providers.GetValueOrDefault(name) : null,
            Prices = new PriceBook(PriceList.Default, config.Prices),
            Costs = new CostRules(config),
            Models = new ModelList(routes),
        };
    }

    private static IEnumerable<string> OperatorsNames(GatewayConfig config) => config.Providers
        .SelectMany(p => p.Body.Set.Select(s => s.Key).Concat(p.Body.Remove))
        .Except(BodyNames.All, StringComparer.Ordinal)
        .Distinct(StringComparer.Ordinal);

    private Route CompileRoute(ModelConfig model, Dictionary<string, Provider> providers)
    {
        var tiers = model.Backends
            .Where(b => b.Weight > 0)
            .GroupBy(b => b.Priority)
            .OrderBy(g => g.Key)
            .Select(g => new Tier(g.Key, [.. g.Select(b => new Backend(providers[b.Provider], b.Model, b.Model is null ? [] : JsonString(b.Model), b.Weight))]))
            .ToArray();
        var owner = model.OwnedBy ?? (model.Backends.IsEmpty ? "tollgate" : providers[model.Backends[0].Provider].Kind.Name);
        return new Route(model.Name, model.IsGlob, tiers, owner, (model.Created ?? time.GetUtcNow()).ToUnixTimeSeconds());
    }

    internal static byte[] JsonString(string text)
    {
        var encoded = JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return Encoding.UTF8.GetBytes($"\"{encoded}\"");
    }
}
