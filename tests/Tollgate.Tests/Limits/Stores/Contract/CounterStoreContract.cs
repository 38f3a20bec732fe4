using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>What every store of counters does alike.</summary>
public abstract class CounterStoreContract : StoreContract
{
    /// <summary>Reservations of the random traffic.</summary>
    protected virtual int Operations => 4_000;

    [Fact]
    public async Task All_claims_are_reserved_or_none()
    {
        var store = await StoreAsync();
        var first = await store.ReserveAsync(Claims.NewId(), Claims.Of("a", 60, 100), Claims.Of("b", 5, 10));
        (first.IsAdmitted, first.IsUncertain, first.Tightest, first.Remaining).ShouldBe((true, false, 1, 5));
        first.Rooms.ToArray().Select(room => room.Remaining).ShouldBe([40L, 5L]);

        var second = await store.ReserveAsync(Claims.NewId(), Claims.Of("b", 1, 10), Claims.Of("a", 60, 100));
        (second.IsAdmitted, second.Tightest, second.Remaining).ShouldBe((false, 1, 40));
        second.Rooms.Span[0].IsExceeded.ShouldBeFalse();
        second.Wait.ShouldBeInRange(TimeSpan.FromHours(22), TimeSpan.FromDays(1.06));
        (await store.ReadAsync("a")).ShouldBe(60);
        (await store.ReadAsync("b")).ShouldBe(5, "what one claim refuses is not taken of another");
    }

    [Fact]
    public async Task What_was_used_takes_the_place_of_what_was_reserved_once()
    {
        var store = await StoreAsync();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100), Claims.Of("b", 0, 100)];
        await store.ReserveAsync(id, claims);
        for (var i = 0; i < 3; i++) await store.SettleAsync(id, claims, new long[] { 130, 7 });
        (await store.ReadAsync("a")).ShouldBe(130);
        (await store.ReadAsync("b")).ShouldBe(7);
        (await store.AdmitAsync("a", 1, 100)).ShouldBeFalse("more was used than there was");
    }

    [Fact]
    public async Task Zero_gives_everything_back()
    {
        var store = await StoreAsync();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100)];
        await store.ReserveAsync(id, claims);
        await store.SettleAsync(id, claims, new long[1]);
        (await store.ReadAsync("a")).ShouldBe(0);
        (await store.AdmitAsync("a", 100, 100)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reservation_ends_by_itself_and_a_late_settlement_counts_once()
    {
        var store = await StoreAsync();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100)];
        await store.ReserveAsync(id, claims, TimeSpan.FromMilliseconds(200), default);
        await store.EventuallyAsync("a", 0);
        await store.SettleAsync(id, claims, new long[] { 42 });
        await store.SettleAsync(id, claims, new long[] { 42 });
        (await store.ReadAsync("a")).ShouldBe(42);
    }

    [Fact]
    public async Task Pools_admit_while_one_has_room_and_charge_all_and_shadows_never_refuse() => await PoolsAsync(await StoreAsync());

    [Fact]
    public async Task Every_counter_says_what_was_used_and_no_more_is_admitted_than_the_limit_under_random_traffic()
    {
        var traffic = new CounterTraffic(await StoreAsync(), new TrafficOptions(Operations, TimeSpan.FromMinutes(5)) { Limit = 400 });
        await traffic.RunAsync();
        traffic.Admitted.ShouldBeGreaterThan(Operations / 20);
        traffic.Refused.ShouldBeGreaterThan(Operations / 20);
    }

    internal static async Task PoolsAsync(ICounterStore store)
    {
        (await Reserve(10)).IsAdmitted.ShouldBeTrue("b has room");
        (await Reserve(10)).IsAdmitted.ShouldBeTrue("b has room");
        var refused = await Reserve(10);
        (refused.IsAdmitted, refused.Rooms.Length).ShouldBe((false, 3));
        (await store.ReadAsync("a")).ShouldBe(20);
        (await store.ReadAsync("b")).ShouldBe(20);

        var shadow = await store.ReserveAsync(Claims.NewId(), Claims.Of("d", 5, 1, shadow: true));
        (shadow.IsAdmitted, shadow.Rooms.Span[0].IsExceeded).ShouldBe((true, true));
        ValueTask<Admission> Reserve(long amount) => store.ReserveAsync(Claims.NewId(), Claims.Of("a", amount, 5, pool: 1), Claims.Of("b", amount, 25, pool: 1), Claims.Of("c", amount, 1000));
    }
}
