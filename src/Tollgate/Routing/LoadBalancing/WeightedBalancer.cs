namespace Tollgate.Routing.LoadBalancing;

/// <summary>
/// By chance, in proportion to the weights. Chance rather than a turn for each: it needs no counter that all requests share, several
/// gateways need no agreement, and a retry does not shift whose turn it is.
/// </summary>
internal sealed class WeightedBalancer : Balancer
{
    internal override string Name => "weighted";

    internal override int Pick(Backend[] backends, ReadOnlySpan<int> among, in BalanceContext context) => PickOne(backends, among, context.Chance());

    /// <param name="backends">A tier.</param>
    /// <param name="among">Indexes into it.</param>
    /// <param name="chance">In [0, 1).</param>
    internal static int PickOne(Backend[] backends, ReadOnlySpan<int> among, double chance)
    {
        var total = 0L;
        foreach (var i in among) total += backends[i].Weight;
        var at = (long)(chance * total);
        for (var k = 0; k < among.Length; k++)
        {
            at -= backends[among[k]].Weight;
            if (at < 0) return k;
        }

        return among.Length - 1;
    }
}
