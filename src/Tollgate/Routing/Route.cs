using Tollgate.Access;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Model;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;
using Tollgate.Upstreams;

namespace Tollgate.Routing;

/// <summary>A name (or glob) that clients may ask for, compiled: what serves it, in order of priority.</summary>
internal sealed class Route
{
    internal Route(string name, bool isGlob, Tier[] tiers, string ownedBy, long created, Balancing balancing)
    {
        Name = name;
        IsGlob = isGlob;
        Tiers = tiers;
        OwnedBy = ownedBy;
        Created = created;
        Balancing = balancing;
    }

    internal string Name { get; }

    internal bool IsGlob { get; }

    /// <summary>What finds it instead of its name; null: its name does.</summary>
    internal RouteCondition? Condition { get; init; }

    /// <summary>Who may ask for it; null: all who may call.</summary>
    internal RouteAccess? Access { get; init; }

    /// <summary>Hosts that it is served at; empty: those that no route names.</summary>
    internal System.Collections.Immutable.ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The model that it shows in lists; null when it is for several.</summary>
    internal string? ListedName => Condition is not null ? Condition.ExactModel : IsGlob ? null : Name;

    /// <summary>Lower priority numbers first; inside a tier by <see cref="Balancing"/>.</summary>
    internal Tier[] Tiers { get; }

    internal string OwnedBy { get; }

    /// <summary>Unix seconds.</summary>
    internal long Created { get; }

    /// <summary>How one of a tier is picked.</summary>
    internal Balancing Balancing { get; }
}

/// <summary>Backends of the same priority.</summary>
internal sealed class Tier(int priority, Backend[] backends)
{
    internal int Priority { get; } = priority;

    internal Backend[] Backends { get; } = backends;
}

/// <summary>One provider that serves a route, asked with one key.</summary>
/// <param name="Provider">Who is called.</param>
/// <param name="Model">Name sent to the provider; null: the name that was asked for.</param>
/// <param name="ModelJson">The same as a JSON string, ready to be spliced in; empty when <paramref name="Model"/> is null.</param>
/// <param name="Weight">Share among the backends of its tier.</param>
/// <param name="Key">The key that it is asked with.</param>
/// <param name="State">What counts at run time.</param>
internal sealed record Backend(Provider Provider, string? Model, byte[] ModelJson, long Weight, ProviderKey Key, BackendState State)
{
    /// <summary>How its model deals with failures.</summary>
    internal ModelPolicy Policy { get; init; } = ModelPolicy.Default;

    /// <summary>The provider's time limits, with what the model changes of them.</summary>
    internal TimeoutConfig Timeouts { get; init; } = Provider.Timeouts;

    /// <summary>The provider's connections; others when the model has its own limit for connecting.</summary>
    internal UpstreamTransport Transport { get; init; } = Provider.Transport;

    /// <summary>The operator's changes to headers.</summary>
    internal HeaderMutation Headers { get; init; } = Provider.Config.Headers;

    /// <summary>Members of the body that the operator sets.</summary>
    internal BodyMember[] SetMembers { get; init; } = Provider.SetMembers;

    /// <summary>Members of the body that the operator removes, as indexes of the generation's names.</summary>
    internal int[] RemovedMembers { get; init; } = Provider.RemovedMembers;

    /// <summary>What a request of the expected size costs, for <c>least-cost</c>.</summary>
    internal BackendCost Cost { get; init; } = BackendCost.Fixed(null);

    /// <summary>What may be fetched for it; null: nothing.</summary>
    internal FetchConfig? Fetch { get; init; }

    /// <summary>True: it is passed over when it cannot be told everything that shapes the answer.</summary>
    internal bool IsStrict { get; init; }

    /// <summary>The same in every process as long as provider, model and place of the key are the same: for hashing.</summary>
    internal ulong Identity { get; } = StableHash.Of($"{State.Provider}\n{State.Model}\n{State.Key.Name}");

    /// <summary>True for the same provider and model with another key: what is wrong with one is wrong with the other, unless it is the key.</summary>
    internal bool IsSister(Backend other) => ReferenceEquals(Provider, other.Provider) && State.Model == other.State.Model && !ReferenceEquals(Key, other.Key);
}

/// <summary>How one of a tier is picked.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Affinity">What keeps requests together; null: nothing does.</param>
/// <param name="MaxEjected">Share of a tier that may be out at once, in percent.</param>
internal sealed record Balancing(Balancer Policy, AffinitySource? Affinity, int MaxEjected);
