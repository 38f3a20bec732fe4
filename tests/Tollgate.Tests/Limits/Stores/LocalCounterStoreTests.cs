using Tollgate.Limits;
using Tollgate.Limits.Local;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>The counters in memory, rule by rule.</summary>
public sealed class LocalCounterStoreTests
{
    private static readonly CounterWindow Minute = new(60, false), Month = new(0, false), Sliding = new(60, true);
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(10);

    private readonly ManualTime _time = new();
    private readonly LocalCounterStore _store;
    private ulong _ids;

    public LocalCounterStoreTests() => _store = new LocalCounterStore(_time, most: 4);

    [Fact]
    public async Task What_was_reserved_is_settled_once_by_what_was_brought_along()
    {
        var (id, claims, held) = (Next(), new[] { Claim("a", Month, 5) }, new Reservation());
        _store.Reserve(id, claims, TimeToLive, held, _time.GetUtcNow()).IsAdmitted.ShouldBeTrue();
        _store.OpenReservations.ShouldBe(1);
        await _store.SettleAsync(id, claims, new long[] { 7 }); // nothing is known by the id alone
        _store.Settle(id, held, [3]);
        _store.Settle(id, held, [3]);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(3);

        // It is used again, for what the former id does not settle.
        var other = Next();
        _store.Reserve(other, claims, TimeToLive, held, _time.GetUtcNow()).IsAdmitted.ShouldBeTrue();
        _store.Settle(id, held, [1]);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(8);
        _store.Settle(other, held, [0]);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(3);
        _store.OpenReservations.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_refused_leaves_what_was_brought_along_for_the_next()
    {
        var held = new Reservation();
        _store.Reserve(Next(), [Claim("a", Month, 11)], TimeToLive, held, _time.GetUtcNow()).IsAdmitted.ShouldBeFalse();
        _store.OpenReservations.ShouldBe(0);
        var (id, claims) = (Next(), new[] { Claim("a", Month, 10) });
        _store.Reserve(id, claims, TimeToLive, held, _time.GetUtcNow()).IsAdmitted.ShouldBeTrue();
        _store.Settle(id, held, [4]);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(4);
    }

    [Fact]
    public async Task What_ran_out_before_it_was_settled_counts_when_it_is()
    {
        var (id, claims, held) = (Next(), new[] { Claim("a", Month, 5) }, new Reservation());
        _store.Reserve(id, claims, TimeToLive, held, _time.GetUtcNow());
        _time.Advance(TimeToLive);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(0);
        _store.Settle(id, held, [5]);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(5);
        _store.Reserve(Next(), claims, TimeToLive, held, _time.GetUtcNow());
        _time.Advance(TimeToLive + TimeSpan.FromDays(2));
        _ = await _store.ReadAsync(claims[0].Bucket, Month, default);
        _store.Settle(new ReservationId(1, _ids), held, [5]);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(5);

        // It was forgotten, and can be used again.
        _store.Reserve(Next(), claims, TimeToLive, held, _time.GetUtcNow()).IsAdmitted.ShouldBeTrue();
        _store.OpenReservations.ShouldBe(1);
    }

    [Fact]
    public async Task Each_runs_out_at_its_time_whichever_thread_has_made_it()
    {
        var claims = new[] { Claim("a", Month, 1) };
        var threads = Enumerable.Range(1, 5).Select(minutes => new Thread(() => _store.Reserve(new ReservationId(2, (ulong)minutes), claims, TimeSpan.FromMinutes(minutes), new Reservation(), _time.GetUtcNow()))).ToArray();
        foreach (var thread in threads.Reverse()) thread.Start();
        foreach (var thread in threads) thread.Join();
        for (var left = 5; left > 0; left--)
        {
            (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(left);
            _store.OpenReservations.ShouldBe(left);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_fixed_span_is_over_at_its_end_and_not_before()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        (await TakeAsync(Claim("a", Minute, 10))).IsAdmitted.ShouldBeTrue();
        var refused = await TakeAsync(Claim("a", Minute, 1));
        (refused.IsAdmitted, refused.Remaining, refused.Wait).ShouldBe((false, 0, TimeSpan.FromSeconds(50)));
        _time.Advance(TimeSpan.FromSeconds(49.999));
        (await TakeAsync(Claim("a", Minute, 1))).IsAdmitted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await TakeAsync(Claim("a", Minute, 10))).IsAdmitted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_month_is_the_calendars()
    {
        _time.Advance(TimeSpan.FromDays(30.5)); // 31 January, noon
        (await TakeAsync(Claim("a", Month, 10))).IsAdmitted.ShouldBeTrue();
        (await TakeAsync(Claim("a", Month, 10))).Wait.ShouldBe(TimeSpan.FromHours(12));
        _time.Advance(TimeSpan.FromHours(12));
        (await TakeAsync(Claim("a", Month, 10))).Wait.ShouldBe(TimeSpan.FromDays(28));
    }

    [Fact]
    public async Task A_sliding_span_gives_room_as_soon_as_enough_has_left_it()
    {
        await TakeAsync(Claim("a", Sliding, 4));
        _time.Advance(TimeSpan.FromSeconds(30));
        await TakeAsync(Claim("a", Sliding, 6));
        var refused = await TakeAsync(Claim("a", Sliding, 3));
        refused.Wait.ShouldBe(TimeSpan.FromSeconds(33)); // a twentieth late: never too early
        (await TakeAsync(Claim("a", Sliding, 5))).Wait.ShouldBe(TimeSpan.FromSeconds(63));
        _time.Advance(refused.Wait);
        (await TakeAsync(Claim("a", Sliding, 3))).IsAdmitted.ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_request_uses_counts_when_it_was_admitted()
    {
        var claims = new[] { Claim("a", Minute, 8) };
        await _store.ReserveAsync(Next(), claims, TimeToLive, default);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _store.SettleAsync(new ReservationId(1, _ids), claims, new long[] { 8 });
        (await _store.ReadAsync(claims[0].Bucket, Minute, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_reservation_ends_by_itself_and_what_it_used_counts_once_it_is_known()
    {
        var claims = new[] { Claim("a", Month, 8) };
        var id = Next();
        await _store.ReserveAsync(id, claims, TimeToLive, default);
        _time.Advance(TimeToLive);
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(0);
        await _store.SettleAsync(id, claims, new long[] { 5 });
        await _store.SettleAsync(id, claims, new long[] { 5 });
        (await _store.ReadAsync(claims[0].Bucket, Month, default)).ShouldBe(5);
        _store.OpenReservations.ShouldBe(0);
    }

    [Fact]
    public async Task An_edited_limit_keeps_what_was_used()
    {
        await TakeAsync(Claim("a", Minute, 10));
        (await TakeAsync(Claim("a", Minute, 1) with { Limit = 11 })).IsAdmitted.ShouldBeTrue();
        (await TakeAsync(Claim("a", Minute, 1) with { Limit = 5 })).IsAdmitted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_flood_of_subjects_shares_one_counter_and_leaves_those_before_it_alone()
    {
        for (var i = 0; i < 4; i++) await TakeAsync(Claim($"known-{i}", Minute, 1));
        for (var i = 0; i < 10; i++) (await TakeAsync(Claim($"flood-{i}", Minute, 1))).IsAdmitted.ShouldBeTrue();
        (await TakeAsync(Claim("flood-11", Minute, 1))).IsAdmitted.ShouldBeFalse();
        (await TakeAsync(Claim("known-0", Minute, 9))).IsAdmitted.ShouldBeTrue();
        Counters(_store).ShouldBe(4);
    }

    [Fact]
    public async Task Idle_counters_leave_and_those_that_something_is_reserved_of_stay()
    {
        var store = new LocalCounterStore(_time);
        await store.ReserveAsync(Next(), new[] { Claim("held", Minute, 1) }, TimeToLive, default);
        for (var i = 0; i < 3; i++)
        {
            var (id, claims) = (Next(), new[] { Claim($"early-{i}", Minute, 1) });
            await store.ReserveAsync(id, claims, TimeToLive, default);
            await store.SettleAsync(id, claims, new long[] { 1 });
        }

        Counters(store).ShouldBe(4);
        _time.Advance(TimeSpan.FromMinutes(2));
        await store.ReserveAsync(Next(), new[] { Claim("late", Minute, 1) }, TimeToLive, default);
        Counters(store).ShouldBe(2);
    }

    private static int Counters(LocalCounterStore store)
    {
        var count = 0;
        store.Read((_, family) => count += family.Count);
        return count;
    }

    private static BucketClaim Claim(string subject, CounterWindow window, long amount) => new(new BucketId("limit", subject), window, 10, amount);

    private ReservationId Next() => new(1, ++_ids);

    private async Task<Admission> TakeAsync(params BucketClaim[] claims) => await _store.ReserveAsync(Next(), claims, TimeToLive, default);
}
