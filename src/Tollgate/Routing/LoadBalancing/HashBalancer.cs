namespace Tollgate.Routing.LoadBalancing;

/// <summary>
/// Requests that belong together go to the same backend: rendezvous hashing. Each backend draws a number from the key and its own name,
/// and the highest wins, so that a backend that is out moves only its own requests, to all others in proportion to their weights.
/// Without a key it is by weight. https://www.rfc-editor.org/rfc/rfc2992 (highest random weight),
/// https://datatracker.ietf.org/doc/html/draft-ietf-bess-weighted-hrw
/// </summary>
internal sealed class HashBalancer : Balancer
{
    internal override string Name => "hash";

    internal override int Pick(Backend[] backends, ReadOnlySpan<int> among, in BalanceContext context)
    {
        if (context.Affinity is not { } key) return WeightedBalancer.PickOne(backends, among, context.Chance());
        var (best, highest) = (0, double.NegativeInfinity);
        for (var k = 0; k < among.Length; k++)
        {
            var backend = backends[among[k]];
            var drawn = StableHash.ToUnit(StableHash.Mix(key, backend.Identity));
            var score = -backend.Weight / Math.Log(drawn);
            if (score > highest) (best, highest) = (k, score);
        }

        return best;
    }
}
