using Tollgate.Access;
using Tollgate.Configuration;
using Tollgate.Pipeline;
using Tollgate.Pricing;
using Tollgate.Protocols.Json;
using Tollgate.Routing;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;
using Tollgate.Upstreams;

namespace Tollgate.Model;

/// <summary>Works out the routes: tiers of backends, each with its state.</summary>
internal sealed class RouteCompiler(StateShelf.Draft shelf, PriceBook prices, GatewayConfig config, IReadOnlyDictionary<string, Provider> providers, JsonNames names, ConnectionPools pools, TimeProvider time)
{
    internal Route Compile(ModelConfig model, ICollection<ConfigProblem> problems)
    {
        var tiers = model.Backends
            .Where(b => b.Weight > 0)
            .GroupBy(b => b.Priority)
            .OrderBy(g => g.Key)
            .Select(g => new Tier(g.Key, Backends(model, [.. g])))
            .ToArray();
        if (model.Balance.Policy == "least-cost") WarnOfUnpriced(model, tiers, problems);
        if (model.Hedge is not null) WarnOfIdleHedge(model, tiers, problems);
        var owner = model.OwnedBy ?? (model.Backends.IsEmpty ? "tollgate" : providers[model.Backends[0].Provider].Kind.Name);
        var balancing = new Balancing(Balancer.Of(model.Balance.Policy), AffinityCompiler.Compile(model.Balance, names), config.Health.MaxEjected);
        return new Route(model.Name, model.IsGlob, tiers, owner, (model.Created ?? time.GetUtcNow()).ToUnixTimeSeconds(), balancing)
        {
            Access = model.Access is { } access ? new RouteAccess(access) : null,
            Condition = model.Match is { } match ? new RouteCondition(match) : null,
            Hosts = model.Match?.Hosts ?? [],
        };
    }

    /// <summary>One for each backend and key. The keys of a backend share its weight, so the weights of all grow by what makes that whole.</summary>
    private Backend[] Backends(ModelConfig model, BackendConfig[] tier)
    {
        var scale = tier.Select(b => (long)providers[b.Provider].Keys.Length).Aggregate(1L, LeastCommonMultiple);
        return [.. tier.SelectMany(b => OfKeys(model, b, scale))];
    }

    private IEnumerable<Backend> OfKeys(ModelConfig model, BackendConfig backend, long scale)
    {
        var provider = providers[backend.Provider];
        var policy = PolicyOf(model);
        var json = backend.Model is null ? [] : ModelCompiler.JsonString(backend.Model);
        var asked = model.Match is null ? model.Name : model.Match.Model ?? "";
        var headers = MutationCompiler.Over(backend.Headers, provider.Config.Headers);
        var body = MutationCompiler.Over(backend.Body, provider.Config.Body);
        var fetch = model.Fetch ?? config.Fetch;
        var cost = CostOf(model, backend, provider, asked);
        foreach (var key in provider.Keys)
        {
            var state = shelf.Backend(provider.Name, backend.Model ?? model.Name, key.State, provider.Config.Health ?? config.Health);
            yield return new Backend(provider, backend.Model, json, backend.Weight * (scale / provider.Keys.Length), key, state)
            {
                Headers = headers,
                SetMembers = ReferenceEquals(body, provider.Config.Body) ? provider.SetMembers : MutationCompiler.Set(body, names),
                RemovedMembers = ReferenceEquals(body, provider.Config.Body) ? provider.RemovedMembers : MutationCompiler.Removed(body, names),
                Cost = cost,
                Fetch = fetch is { Images: false, Documents: false } ? null : fetch,
                IsStrict = (model.Fidelity ?? config.Fidelity) == FidelityMode.Strict,
                Policy = policy,
                Timeouts = model.Timeouts?.Over(provider.Timeouts) ?? provider.Timeouts,
                Transport = model.Timeouts?.Connect is { } connect && !provider.Kind.InProcess ? pools.Network(connect, provider.Config.Tls, config.Proxy) : provider.Transport,
            };
        }
    }

    private ModelPolicy PolicyOf(ModelConfig model)
    {
        var retry = model.Retry?.Over(config.Retry) ?? config.Retry;
        return new ModelPolicy(retry, model.Resumes)
        {
            KeepAlive = model.KeepAlive ?? config.KeepAlive,
            Hedge = retry.Attempts > 1 ? model.Hedge?.After : null,
        };
    }

    private BackendCost CostOf(ModelConfig model, BackendConfig backend, Provider provider, string asked)
    {
        var expected = new ExpectedCost(prices, model.Balance.Mix ?? new CostMixConfig());
        if (backend.Cost is { } written) return BackendCost.Fixed(expected.Of(written));
        if (backend.Model is null && (model.IsGlob || model.Match is not null)) return BackendCost.ByModel(name => expected.Of(provider.Name, provider.Kind.Name, name));
        return BackendCost.Fixed(expected.Of(provider.Name, provider.Kind.Name, backend.Model ?? asked));
    }

    private static void WarnOfUnpriced(ModelConfig model, Tier[] tiers, ICollection<ConfigProblem> problems)
    {
        var unpriced = tiers.SelectMany(t => t.Backends).Where(b => b.Cost.IsUnknown).Select(b => b.Provider.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (unpriced.Length > 0) problems.Warning(model.Place, $"models.{model.Name} goes by cost, and what {string.Join(", ", unpriced)} costs is not known: add cost: {{ input: …, output: … }} to the backend or a price below prices:, or it comes last");
    }

    private void WarnOfIdleHedge(ModelConfig model, Tier[] tiers, ICollection<ConfigProblem> problems)
    {
        if (PolicyOf(model).Hedge is null) problems.Warning(model.Place, $"models.{model.Name}.hedge has no effect with retry: {{ attempts: 1 }}: allow 2 or more");
        else if (tiers.Sum(t => t.Backends.Length) < 2) problems.Warning(model.Place, $"models.{model.Name}.hedge has no effect with one backend: add another");
    }

    private static long LeastCommonMultiple(long a, long b)
    {
        var (x, y) = (a, b);
        while (y != 0) (x, y) = (y, x % y);
        return a / x * b;
    }
}
