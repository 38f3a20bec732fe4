namespace Tollgate.Routing.LoadBalancing;

/// <summary>The cheapest, by what a request of the expected size costs; among equals by weight. A price that is not known is the highest.</summary>
internal sealed class LeastCostBalancer : Balancer
{
    internal override string Name => "least-cost";

    internal override int Pick(Backend[] backends, ReadOnlySpan<int> among, in BalanceContext context)
    {
        var least = decimal.MaxValue;
        foreach (var i in among) least = Math.Min(least, CostOf(backends[i], context));
        Span<int> cheapest = among.Length <= 64 ? stackalloc int[among.Length] : new int[among.Length];
        Span<int> places = among.Length <= 64 ? stackalloc int[among.Length] : new int[among.Length];
        var count = 0;
        for (var k = 0; k < among.Length; k++)
        {
            if (CostOf(backends[among[k]], context) != least) continue;
            (cheapest[count], places[count++]) = (among[k], k);
        }

        return places[WeightedBalancer.PickOne(backends, cheapest[..count], context.Chance())];
    }

    private static decimal CostOf(Backend backend, in BalanceContext context) => backend.Cost.For(context.Model) ?? decimal.MaxValue;
}
