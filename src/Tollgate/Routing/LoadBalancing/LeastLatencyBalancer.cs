namespace Tollgate.Routing.LoadBalancing;

/// <summary>
/// The one whose answers begin soonest: the average time to first token (of whole answers, to the headers), times the attempts that
/// it has under way, so that the fastest is not buried. Averages fade while nobody measures, so that a slow one is tried again; what was
/// never measured counts as the fastest.
/// </summary>
internal sealed class LeastLatencyBalancer : Balancer
{
    private const double Floor = 1e-6;

    internal override string Name => "least-latency";

    internal override int Pick(Backend[] backends, ReadOnlySpan<int> among, in BalanceContext context)
    {
        var fastest = double.MaxValue;
        foreach (var i in among) fastest = Math.Min(fastest, backends[i].State.LatencyOf(context.Stream).Faded ?? double.MaxValue);
        if (fastest == double.MaxValue) fastest = Floor; // nobody was measured: by load alone

        // Begins anywhere, so that equals are not always the first of the list.
        var start = (int)(context.Chance() * among.Length);
        var best = start;
        var least = double.MaxValue;
        for (var k = 0; k < among.Length; k++)
        {
            var at = (start + k) % among.Length;
            var state = backends[among[at]].State;
            var score = Math.Max(state.LatencyOf(context.Stream).Faded ?? fastest, Floor) * (state.InFlight + 1) / backends[among[at]].Weight;
            if (score >= least) continue;
            (least, best) = (score, at);
        }

        return best;
    }
}
