using Tollgate.Routing;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.LoadBalancing;

/// <summary>Who of several gets a request.</summary>
public sealed class BalancerTests
{
    private const int Many = 20_000;

    private readonly ManualTime _time = new();
    private readonly SeededChance _chance = new(1);

    [Fact]
    public void The_policies_have_the_names_of_the_configuration() =>
        Balancer.Names.ShouldBe(["weighted", "least-busy", "least-latency", "least-cost", "hash"], ignoreOrder: true);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(80, 15, 5)]
    [InlineData(1000, 1, 1)]
    public void Weighted_is_in_proportion_to_the_weights(int a, int b, int c)
    {
        var counts = Count("weighted", [Create("a", a), Create("b", b), Create("c", c)]);
        double total = a + b + c;
        Near(counts, [a / total, b / total, c / total], 0.02);
    }

    [Fact]
    public void Least_busy_takes_the_one_with_less_to_do_for_its_weight()
    {
        Backend[] backends = [Create("a", 1), Create("b", 1)];
        for (var i = 0; i < 5; i++) backends[0].State.Begin();
        Count("least-busy", backends).ShouldBe([0, Many]);
        for (var i = 0; i < 20; i++) backends[1].State.Begin();
        Count("least-busy", backends).ShouldBe([Many, 0]);
    }

    [Fact]
    public void Least_busy_spreads_what_stays_open_by_weight()
    {
        Backend[] backends = [Create("a", 3), Create("b", 1), Create("c", 1)];
        for (var i = 0; i < 500; i++) Pick("least-busy", backends).State.Begin();
        Near([.. backends.Select(b => b.State.InFlight)], [0.6, 0.2, 0.2], 0.02);
    }

    [Fact]
    public void Least_latency_takes_the_fastest()
    {
        Backend[] backends = [Create("a"), Create("b"), Create("c")];
        Measure(backends[0], 2);
        Measure(backends[1], 0.5);
        Measure(backends[2], 1);
        Count("least-latency", backends).ShouldBe([0, Many, 0]);
    }

    [Fact]
    public void Least_latency_knows_streams_from_whole_answers()
    {
        Backend[] backends = [Create("a"), Create("b")];
        Measure(backends[0], 1);
        Measure(backends[1], 2);
        backends[0].State.Answers.Measure(TimeSpan.FromSeconds(9));
        backends[1].State.Answers.Measure(TimeSpan.FromSeconds(3));
        Pick("least-latency", backends, stream: true).ShouldBeSameAs(backends[0]);
        Pick("least-latency", backends, stream: false).ShouldBeSameAs(backends[1]);
    }

    [Fact]
    public void Least_latency_does_not_bury_the_fastest()
    {
        Backend[] backends = [Create("a"), Create("b")];
        Measure(backends[0], 1);
        Measure(backends[1], 3);
        for (var i = 0; i < 400; i++) Pick("least-latency", backends).State.Begin();
        Near([.. backends.Select(b => b.State.InFlight)], [0.75, 0.25], 0.02);
    }

    [Fact]
    public void Least_latency_tries_whoever_was_slow_again_some_time()
    {
        Backend[] backends = [Create("a"), Create("b")];
        Measure(backends[0], 4);
        for (var i = 0; i < 3; i++)
        {
            Measure(backends[1], 1);
            Pick("least-latency", backends).ShouldBeSameAs(backends[1]);
            _time.Advance(TimeSpan.FromSeconds(20));
        }

        _time.Advance(TimeSpan.FromSeconds(5)); // 65 s: 4 s count for less than 1
        Measure(backends[1], 1);
        Pick("least-latency", backends).ShouldBeSameAs(backends[0]);
    }

    [Fact]
    public void Least_latency_tries_everybody_before_it_judges()
    {
        Backend[] backends = [Create("a"), Create("b"), Create("c")];
        Measure(backends[0], 0.1);
        backends[0].State.Begin();
        var seen = new HashSet<Backend>();
        for (var i = 0; i < 2; i++)
        {
            var picked = Pick("least-latency", backends);
            picked.State.Begin();
            seen.Add(picked);
        }

        seen.ShouldBe([backends[1], backends[2]], ignoreOrder: true);
    }

    [Fact]
    public void Least_cost_takes_the_cheapest_and_among_equals_goes_by_weight()
    {
        Backend[] backends = [Create("a", cost: 5m), Create("b", 3, cost: 2m), Create("c", 1, cost: 2.0m), Create("d")];
        Near(Count("least-cost", backends), [0, 0.75, 0.25, 0], 0.02);
        Near(Count("least-cost", [Create("x"), Create("y")]), [0.5, 0.5], 0.02); // nobody's price is known
    }

    [Fact]
    public void Hash_is_in_proportion_to_the_weights_over_many_keys()
    {
        Backend[] backends = [Create("a", 5), Create("b", 3), Create("c", 2)];
        var counts = new int[3];
        for (var i = 0; i < Many; i++) counts[Array.IndexOf(backends, Hash(backends, $"session-{i}"))]++;
        Near(counts, [0.5, 0.3, 0.2], 0.02);
    }

    [Fact]
    public void Hash_moves_only_the_keys_of_who_is_out_and_brings_them_back()
    {
        Backend[] backends = [Create("a", 2), Create("b"), Create("c"), Create("d", 3)];
        var before = Enumerable.Range(0, 2000).Select(i => Hash(backends, $"k{i}")).ToArray();
        Backend[] without = [backends[0], backends[1], backends[3]];
        var moved = new int[3];
        for (var i = 0; i < before.Length; i++)
        {
            var now = Hash(without, $"k{i}");
            if (!ReferenceEquals(before[i], backends[2])) now.ShouldBeSameAs(before[i]);
            else moved[Array.IndexOf(without, now)]++;
        }

        Near(moved, [2 / 6.0, 1 / 6.0, 3 / 6.0], 0.08);
        Enumerable.Range(0, 2000).Select(i => Hash(backends, $"k{i}")).ShouldBe(before);
    }

    [Fact]
    public void Hash_is_the_same_in_every_process() =>
        StableHash.Of("session-1").ShouldBe(StableHash.Of("session-1".ToCharArray()));

    [Fact]
    public void Hash_without_a_key_goes_by_weight() => Near(Count("hash", [Create("a", 3), Create("b", 1)]), [0.75, 0.25], 0.02);

    [Theory]
    [InlineData("weighted")]
    [InlineData("least-busy")]
    [InlineData("least-latency")]
    [InlineData("least-cost")]
    [InlineData("hash")]
    public void Every_policy_picks_of_those_that_can_be_asked_only(string policy)
    {
        Backend[] backends = [.. Enumerable.Range(0, 70).Select(i => Create($"p{i}", 1 + i))];
        int[] among = [3, 17, 69];
        for (var i = 0; i < 300; i++)
        {
            Balancer.Of(policy).Pick(backends, among, new BalanceContext(_chance.Next, false, (ulong)i * 7919)).ShouldBeInRange(0, 2);
            Balancer.Of(policy).Pick(backends, among.AsSpan(1, 1), new BalanceContext(_chance.Next, false, (ulong)i)).ShouldBe(0);
        }
    }

    private Backend Create(string name, long weight = 1, decimal? cost = null) => TestBackends.Create(_time, _chance.Next, name, weight, cost);

    private static void Measure(Backend backend, double seconds) => backend.State.Streams.Measure(TimeSpan.FromSeconds(seconds));

    private Backend Pick(string policy, Backend[] backends, bool stream = true, ulong? key = null) =>
        backends[Balancer.Of(policy).Pick(backends, [.. Enumerable.Range(0, backends.Length)], new BalanceContext(_chance.Next, stream, key))];

    private Backend Hash(Backend[] backends, string key) => Pick("hash", backends, key: StableHash.Of(key));

    private int[] Count(string policy, Backend[] backends)
    {
        var counts = new int[backends.Length];
        for (var i = 0; i < Many; i++) counts[Array.IndexOf(backends, Pick(policy, backends))]++;
        return counts;
    }

    private static void Near(IReadOnlyList<int> counts, double[] shares, double tolerance)
    {
        var total = (double)counts.Sum();
        for (var i = 0; i < shares.Length; i++) (counts[i] / total).ShouldBe(shares[i], tolerance);
    }
}
