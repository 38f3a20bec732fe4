using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Routing;

/// <summary>Why no backend of a route can take a request, or which one does.</summary>
internal readonly record struct BackendChoice(Backend? Backend, bool SpokenByNone)
{
    /// <summary>
    /// The backend for <paramref name="operation"/>: the first tier that has a capable backend, inside it by weight.
    /// </summary>
    /// <param name="route">What matched.</param>
    /// <param name="operation">A backend whose provider does not speak it natively is passed over.</param>
    /// <param name="pinned">A provider that must be taken when it is among the capable ones (it made what the request builds on); or null.</param>
    /// <param name="refused">Backends that have turned out not to be able to say this request; or null.</param>
    /// <param name="random">Chance, uniform in [0, 1).</param>
    internal static BackendChoice Choose(Route route, Operation operation, Provider? pinned, Func<double> random, ICollection<Backend>? refused = null)
    {
        if (pinned is not null && Pinned(route, operation, pinned) is { } maker) return new(maker, false);
        foreach (var tier in route.Tiers)
        {
            var total = 0L;
            foreach (var backend in tier.Backends)
            {
                if (Can(backend, operation, refused)) total += backend.Weight;
            }

            if (total == 0) continue;
            var at = (long)(random() * total);
            foreach (var backend in tier.Backends)
            {
                if (!Can(backend, operation, refused)) continue;
                at -= backend.Weight;
                if (at < 0) return new(backend, false);
            }
        }

        return new(null, true);
    }

    private static bool Can(Backend backend, Operation operation, ICollection<Backend>? refused) =>
        backend.Provider.Serves(operation) && refused?.Contains(backend) != true;

    private static Backend? Pinned(Route route, Operation operation, Provider pinned)
    {
        foreach (var tier in route.Tiers)
        {
            foreach (var backend in tier.Backends)
            {
                // By name, because a reload makes new objects of the same providers.
                if (backend.Provider.Name == pinned.Name && backend.Provider.Serves(operation)) return backend;
            }
        }

        return null;
    }
}
