using Tollgate.Limits;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Counters by leases at a real PostgreSQL.</summary>
public sealed class PostgresCounterStoreTests(PostgresFixture postgres)
{
    [Fact]
    public async Task All_claims_are_reserved_or_none()
    {
        await using var store = Leases.Store(await postgres.NewDatabaseAsync());
        var first = await store.ReserveAsync(Leases.NewId(), Leases.Claim("a", 60, 100), Leases.Claim("b", 5, 10));
        (first.IsAdmitted, first.IsUncertain, first.Tightest, first.Remaining).ShouldBe((true, false, 1, 5));
        first.Rooms.ToArray().Select(room => room.Remaining).ShouldBe([40L, 5L]);

        var second = await store.ReserveAsync(Leases.NewId(), Leases.Claim("b", 1, 10), Leases.Claim("a", 60, 100));
        (second.IsAdmitted, second.Tightest, second.Remaining).ShouldBe((false, 1, 40));
        second.Rooms.Span[0].IsExceeded.ShouldBeFalse();
        second.Wait.ShouldBeInRange(TimeSpan.FromHours(22), TimeSpan.FromDays(1.06));
        (await store.ReadAsync("a")).ShouldBe(60);
        (await store.ReadAsync("b")).ShouldBe(5, "what one claim refuses is not taken of another");
    }

    [Fact]
    public async Task What_was_used_takes_the_place_of_what_was_reserved_once()
    {
        await using var store = Leases.Store(await postgres.NewDatabaseAsync());
        var id = Leases.NewId();
        BucketClaim[] claims = [Leases.Claim("a", 60, 100), Leases.Claim("b", 0, 100)];
        await store.ReserveAsync(id, claims);
        for (var i = 0; i < 3; i++) await store.SettleAsync(id, claims, new long[] { 130, 7 });
        (await store.ReadAsync("a")).ShouldBe(130);
        (await store.ReadAsync("b")).ShouldBe(7);
        (await store.AdmitAsync("a", 1, 100)).ShouldBeFalse("more was used than there was");
    }

    [Fact]
    public async Task A_reservation_ends_by_itself_and_a_late_settlement_counts()
    {
        await using var store = Leases.Store(await postgres.NewDatabaseAsync());
        var id = Leases.NewId();
        BucketClaim[] claims = [Leases.Claim("a", 60, 100)];
        await store.ReserveAsync(id, claims, TimeSpan.FromMilliseconds(100), default);
        await store.EventuallyAsync("a", 0);
        await store.SettleAsync(id, claims, new long[] { 42 });
        await store.SettleAsync(id, claims, new long[] { 42 });
        (await store.ReadAsync("a")).ShouldBe(42);
    }

    [Fact]
    public async Task Gateways_grant_together_what_the_limit_says_and_not_one_more()
    {
        var url = await postgres.NewDatabaseAsync();
        PostgresCounterStore[] stores = [Leases.Store(url), Leases.Store(url), Leases.Store(url)];
        var granted = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => stores[i % 3].AdmitAsync("small", 1, 10)));
        granted.Count(isGranted => isGranted).ShouldBe(10);
        granted = await Task.WhenAll(Enumerable.Range(0, 900).Select(i => stores[i % 3].AdmitAsync("large", 1, 500)));
        granted.Count(isGranted => isGranted).ShouldBeInRange(500 - (3 * 25), 500, "each of them may hold a slice that it does not need");
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
        (await store.ReserveAsync(Leases.NewId(), Leases.Claim("b", 1, 10))).IsUncertain.ShouldBeTrue("nothing is leased of it");
    }

    [Fact]
    public async Task What_was_used_while_the_database_was_away_is_counted_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = Leases.Store(server.Url);
        var (known, unknown) = (Leases.NewId(), Leases.NewId());
        BucketClaim[] claims = [Leases.Claim("a", 10, 100)];
        await store.ReserveAsync(known, claims);
        await server.KillAsync();
        (await store.ReserveAsync(unknown, Leases.Claim("b", 10, 100))).IsUncertain.ShouldBeTrue();
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

    [Fact]
    public async Task Pools_admit_while_one_has_room_and_charge_all_and_shadows_never_refuse()
    {
        await using var store = Leases.Store(await postgres.NewDatabaseAsync());
        (await Reserve(10)).IsAdmitted.ShouldBeTrue("b has room");
        (await Reserve(10)).IsAdmitted.ShouldBeTrue("b has room");
        (await Reserve(10)).IsAdmitted.ShouldBeFalse();
        (await store.ReadAsync("a")).ShouldBe(20);
        (await store.ReadAsync("b")).ShouldBe(20);
        var shadow = await store.ReserveAsync(Leases.NewId(), Leases.Claim("d", 5, 1, shadow: true));
        (shadow.IsAdmitted, shadow.Rooms.Span[0].IsExceeded).ShouldBe((true, true));
        ValueTask<Admission> Reserve(long amount) => store.ReserveAsync(Leases.NewId(), Leases.Claim("a", amount, 5, pool: 1), Leases.Claim("b", amount, 25, pool: 1), Leases.Claim("c", amount, 1000));
    }
}
