using System.Collections.Frozen;

namespace Tollgate.Routing.LoadBalancing;

/// <summary>What a choice may depend on besides the backends.</summary>
/// <param name="Chance">Uniform in [0, 1).</param>
/// <param name="Stream">The answer will be a stream.</param>
/// <param name="Affinity">What keeps requests together; null: nothing does.</param>
/// <param name="Model">The model that was asked for.</param>
internal readonly record struct BalanceContext(Func<double> Chance, bool Stream, ulong? Affinity = null, string? Model = null);

/// <summary>Picks one of several backends that could all answer. Stateless: what it goes by is in the backends' state.</summary>
internal abstract class Balancer
{
    private static readonly Balancer[] All = [new WeightedBalancer(), new LeastBusyBalancer(), new LeastLatencyBalancer(), new LeastCostBalancer(), new HashBalancer()];

    private static readonly FrozenDictionary<string, Balancer> ByName = All.ToFrozenDictionary(b => b.Name, StringComparer.Ordinal);

    /// <summary>Names of the policies, for the configuration.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. All.Select(b => b.Name)];

    /// <summary>Its name in the configuration.</summary>
    internal abstract string Name { get; }

    /// <summary>The policy of a name that the configuration's check has let through.</summary>
    internal static Balancer Of(string name) => ByName[name];

    /// <summary>One of <paramref name="backends"/>: index of an entry of <paramref name="among"/>, which is never empty.</summary>
    /// <param name="backends">A tier.</param>
    /// <param name="among">Indexes of those of it that can be asked now.</param>
    /// <param name="context">What else counts.</param>
    internal abstract int Pick(Backend[] backends, ReadOnlySpan<int> among, in BalanceContext context);
}
