using Tollgate.Configuration;
using Tollgate.Model;

namespace Tollgate.Routing;

/// <summary>A name (or glob) that clients may ask for, compiled: what serves it, in order of priority.</summary>
internal sealed class Route
{
    internal Route(string name, bool isGlob, Tier[] tiers, string ownedBy, long created)
    {
        Name = name;
        IsGlob = isGlob;
        Tiers = tiers;
        OwnedBy = ownedBy;
        Created = created;
    }

    internal string Name { get; }

    internal bool IsGlob { get; }

    /// <summary>Lower priority numbers first; inside a tier by weight.</summary>
    internal Tier[] Tiers { get; }

    internal string OwnedBy { get; }

    /// <summary>Unix seconds.</summary>
    internal long Created { get; }
}

/// <summary>Backends of the same priority.</summary>
internal sealed class Tier(int priority, Backend[] backends)
{
    internal int Priority { get; } = priority;

    internal Backend[] Backends { get; } = backends;
}

/// <summary>One provider that serves a route.</summary>
/// <param name="Provider">Who is called.</param>
/// <param name="Model">Name sent to the provider; null: the name that was asked for.</param>
/// <param name="ModelJson">The same as a JSON string, ready to be spliced in; empty when <paramref name="Model"/> is null.</param>
/// <param name="Weight">Share among the backends of its tier.</param>
internal sealed record Backend(Provider Provider, string? Model, byte[] ModelJson, int Weight)
{
    /// <summary>How its model deals with failures.</summary>
    internal required ModelPolicy Policy { get; init; }

    /// <summary>The provider's time limits, with what the model changes of them.</summary>
    internal required TimeoutConfig Timeouts { get; init; }

    /// <summary>The provider's connections; others when the model has its own limit for connecting.</summary>
    internal required HttpMessageInvoker Transport { get; init; }
}
