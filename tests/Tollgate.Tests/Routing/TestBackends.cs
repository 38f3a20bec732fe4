using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Json;
using Tollgate.Routing;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;

namespace Tollgate.Tests.Routing;

/// <summary>Backends that nobody calls, for what chooses among them.</summary>
internal static class TestBackends
{
    internal static Ask Chat { get; } = new(Operations.Chat);

    internal static Backend Create(TimeProvider time, Func<double> chance, string provider, long weight = 1, decimal? cost = null, HealthConfig? health = null)
    {
        var key = new KeyState("key", time, chance);
        var state = new BackendState(provider, "m", key, time, chance);
        state.Circuit.Configure(health ?? new HealthConfig());
        return Create(state, weight, cost);
    }

    /// <summary>One backend a key of one provider.</summary>
    internal static Backend[] OfKeys(TimeProvider time, Func<double> chance, string provider, int keys)
    {
        var first = Create(time, chance, provider);
        return [first, .. Enumerable.Range(1, keys - 1).Select(i =>
        {
            var key = new KeyState($"keys[{i}]", time, chance);
            var state = new BackendState(provider, "m", key, time, chance);
            state.Circuit.Configure(new HealthConfig());
            return new Backend(first.Provider, "m", [], 1, new ProviderKey(ProviderCredential.None, key), state);
        })];
    }

    internal static Route Route(Backend[] backends, string policy = "weighted", int maxEjected = 100) => Route([backends], policy, maxEjected);

    internal static Route Route(Backend[][] tiers, string policy = "weighted", int maxEjected = 100) =>
        new("m", false, [.. tiers.Select((t, i) => new Tier(i, t))], "x", 0, new Balancing(Balancer.Of(policy), null, maxEjected));

    private static Backend Create(BackendState state, long weight, decimal? cost)
    {
        var key = new ProviderKey(ProviderCredential.None, state.Key);
        var config = new ProviderConfig { Name = state.Provider, Kind = "openai" };
        var provider = new Provider(config, Catalogue.Default.Find("openai")!, "http://x", [key], new ProviderState(state.Provider, TimeProvider.System), null!, [], []);
        return new Backend(provider, "m", [], weight, key, state) { Cost = BackendCost.Fixed(cost) };
    }
}

/// <summary>Chance that a test can repeat.</summary>
internal sealed class SeededChance(int seed) : Chance
{
#pragma warning disable CA5394 // not for secrets
    private readonly Random _random = new(seed);

    internal override double Next() => _random.NextDouble();
#pragma warning restore CA5394
}
