using Tollgate.Limits;
using Tollgate.Redis.Tests.Counters;

namespace Tollgate.Redis.Tests.Cluster;

/// <summary>Counters that lie at several nodes of a cluster.</summary>
public sealed class ClusterCountersTests
{
    [Fact]
    public async Task Claims_at_several_nodes_are_reserved_together_or_given_back()
    {
        await using var cluster = await TwoNodes.StartAsync();
        await using var store = cluster.Options.Store();
        BucketClaim[] all = [.. Enumerable.Range(0, 12).Select(i => Claims.Of($"{i}", 10, 15))];
        var id = Claims.NewId();
        (await store.ReserveAsync(id, all)).IsAdmitted.ShouldBeTrue();
        var refused = await store.ReserveAsync(Claims.NewId(), [Claims.Of("other", 1, 10), .. all]);
        (refused.IsAdmitted, refused.Rooms.Length, refused.Remaining).ShouldBe((false, 13, 5));
        (await store.ReadAsync("other")).ShouldBe(0, "what one node refuses is given back at the others");
        foreach (var i in Enumerable.Range(0, 12)) (await store.ReadAsync($"{i}")).ShouldBe(10);

        await store.SettleAsync(id, all, Enumerable.Range(0, 12).Select(i => (long)i).ToArray());
        foreach (var i in Enumerable.Range(0, 12)) (await store.ReadAsync($"{i}")).ShouldBe(i);
    }

    [Fact]
    public async Task A_pool_may_lie_at_several_nodes()
    {
        await using var cluster = await TwoNodes.StartAsync();
        await using var store = cluster.Options.Store();
        await CounterStoreContract.PoolsAsync(store);
    }
}
