using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Tollgate.Access;
using Tollgate.Authentication;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Limits.Rules;
using Tollgate.Metering.Costs;
using Tollgate.Pipeline;
using Tollgate.Pricing;
using Tollgate.Protocols.Json;
using Tollgate.Routing;
using Tollgate.Routing.Health;
using Tollgate.Upstreams;

namespace Tollgate.Model;

/// <summary>Turns what the operator wrote into one generation, or into problems.</summary>
internal sealed class ModelCompiler(Catalogue catalogue, ConnectionPools pools, Renewals renewals, StateShelf shelf, AuthenticationState authentication, TimeProvider time)
{
    /// <summary>Null when a problem is an error. The configuration has been validated by whoever read it.</summary>
    internal GatewayModel? Compile(GatewayConfig config, int generation, ICollection<ConfigProblem> problems)
    {
        var names = new JsonNames([.. BodyNames.All, .. OperatorsNames(config)]);
        var draft = shelf.Begin();
        var identities = renewals.Begin();
        var compiler = new ProviderCompiler(catalogue, pools, new CredentialCompiler(identities, CredentialCompiler.Carriers(config, catalogue, time), time), names, new KeyShelf(draft, config.Health), config.Proxy);
        var providers = new Dictionary<string, Provider>(StringComparer.Ordinal);
        var failed = false;
        foreach (var provider in config.Providers)
        {
            if (compiler.Compile(provider, problems) is { } compiled) providers[provider.Name] = compiled;
            else failed = true;
        }

        if (failed) return null;
        var prices = new PriceBook(PriceList.Default, config.Prices);
        var backends = new RouteCompiler(draft, prices, config, providers, names, pools, time);
        var routes = new RouteTable([.. config.Models.Select(m => backends.Compile(m, problems))]);
        draft.Commit();
        return new GatewayModel
        {
            Generation = generation,
            Config = config,
            Names = names,
            Routes = routes,
            Providers = providers.ToFrozenDictionary(StringComparer.Ordinal),
            Clients = authentication.Compile(config),
            Doorway = Doorway.Of(config),
            Addresses = config.ClientAddress is { } proxies ? new CallerAddress(proxies) : null,
            Default = config.Default is { } name ? providers.GetValueOrDefault(name) : null,
            Prices = prices,
            Costs = new CostRules(config),
            Limits = new RuleSet(config, names),
            Identities = identities,
            Models = new ModelList(routes.Routes),
        };
    }

    private IEnumerable<string> OperatorsNames(GatewayConfig config) => config.Providers
        .Select(p => p.Body)
        .Concat(config.Models.SelectMany(m => m.Backends).Select(b => b.Body))
        .SelectMany(body => body.Set.Select(s => s.Key).Concat(body.Remove))
        .Concat(AffinityCompiler.Names(config))
        .Concat(OutputNames.Of(config, authentication.MayBringLimits(config)))
        .Except(BodyNames.All, StringComparer.Ordinal)
        .Distinct(StringComparer.Ordinal);

    internal static byte[] JsonString(string text)
    {
        var encoded = JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return Encoding.UTF8.GetBytes($"\"{encoded}\"");
    }
}
