namespace Tollgate.Routing.LoadBalancing;

/// <summary>
/// Of two picked by chance (and weight) the one with fewer attempts under way for its weight. Two rather than all, because all gateways
/// that look for the least busy find the same one. https://www.eecs.harvard.edu/~michaelm/postscripts/handbook2001.pdf
/// </summary>
internal sealed class LeastBusyBalancer : Balancer
{
    internal override string Name => "least-busy";

    internal override int Pick(Backend[] backends, ReadOnlySpan<int> among, in BalanceContext context)
    {
        var first = WeightedBalancer.PickOne(backends, among, context.Chance());
        if (among.Length == 1) return first;

        // The second is another one: picked among the rest.
        Span<int> others = among.Length <= 64 ? stackalloc int[among.Length - 1] : new int[among.Length - 1];
        among[..first].CopyTo(others);
        among[(first + 1)..].CopyTo(others[first..]);
        var second = WeightedBalancer.PickOne(backends, others, context.Chance());
        if (second >= first) second++;
        return Load(backends[among[second]]) < Load(backends[among[first]]) ? second : first;
    }

    /// <summary>With one more than there are: what is idle differs by weight too.</summary>
    private static double Load(Backend backend) => (backend.State.InFlight + 1.0) / backend.Weight;
}
