using Tollgate.Limits;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Counters by leases at a real PostgreSQL.</summary>
public sealed class PostgresCounterStoreTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Gateways_grant_together_what_the_limit_says_and_not_one_more()
    {
        var url = await postgres.NewDatabaseAsync();
        PostgresCounterStore[] stores = [Leases.Store(url), Leases.Store(url), Leases.Store(url)];
        var granted = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => stores[i % 3].AdmitAsync("small", 1, 10)));
        granted.Count(isGranted => isGranted).ShouldBe(10);
        var sum = 0;

        // Where the database is slow, slices are on their way for longer than all callers ask: they ask again, and are never granted more.
        for (var round = 0; round < 50 && sum < 500 - (3 * 25); round++)
        {
            granted = await Task.WhenAll(Enumerable.Range(0, 900).Select(i => stores[i % 3].AdmitAsync("large", 1, 500)));
            sum += granted.Count(isGranted => isGranted);
        }

        sum.ShouldBeInRange(500 - (3 * 25), 500, "each of them may hold a slice that it does not need");
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task A_lease_is_spent_without_asking()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = Leases.Store(server.Url, life: 60);
        (await store.AdmitAsync("a", 1, 10_000)).ShouldBeTrue();
        await server.KillAsync();
        for (var i = 0; i < 200; i++) (await store.AdmitAsync("a", 1, 10_000)).ShouldBeTrue();
        (await store.ReserveAsync(Claims.NewId(), Claims.Of("b", 1, 10))).IsUncertain.ShouldBeTrue("nothing is leased of it");
    }

    [Fact]
    public async Task What_was_used_while_the_database_was_away_is_counted_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = Leases.Store(server.Url);
        var (known, unknown) = (Claims.NewId(), Claims.NewId());
        BucketClaim[] claims = [Claims.Of("a", 10, 100)];
        await store.ReserveAsync(known, claims);
        await server.KillAsync();
        (await store.ReserveAsync(unknown, Claims.Of("b", 10, 100))).IsUncertain.ShouldBeTrue();
        await store.SettleAsync(known, claims, new long[] { 7 });
        await store.SettleAsync(unknown, claims, new long[] { 5 }); // the policy had admitted it
        store.Health.IsUp.ShouldBeFalse();
        await server.RestartAsync();
        await store.EventuallyAsync("a", 7);
        await store.EventuallyAsync("b", 5);
        store.Health.ShouldBe(new Tollgate.Limits.Shared.CountersHealth(IsUp: true, 0, 0));
    }

    [Fact]
    public async Task A_gateway_that_ends_gives_back_what_it_did_not_spend()
    {
        var url = await postgres.NewDatabaseAsync();
        await using (var first = Leases.Store(url, life: 600)) (await first.AdmitAsync("a", 10, 1000)).ShouldBeTrue();
        await using var second = Leases.Store(url);
        (await second.AdmitAsync("a", 990, 1000)).ShouldBeTrue("its reservation ended with it");
    }

    [Fact]
    public async Task What_a_dead_gateway_held_is_free_when_its_lease_is_over_and_what_it_had_settled_stays()
    {
        var url = await postgres.NewDatabaseAsync();
        var dead = new DeadGateway(url);
        await dead.LeaveAsync(settled: 30, held: 20, rest: 50, life: TimeSpan.FromSeconds(1));
        await using var store = Leases.Store(url);
        (await store.AdmitAsync("a", 10, 100)).ShouldBeFalse("all of it is taken as long as it may be alive");
        await store.EventuallyAsync("a", 30);
        var isAdmitted = false;
        for (var i = 0; i < 100 && !isAdmitted; i++, await Task.Delay(20)) isAdmitted = await store.AdmitAsync("a", 70, 100); // that there was no room is remembered for a moment
        isAdmitted.ShouldBeTrue();
    }
}
