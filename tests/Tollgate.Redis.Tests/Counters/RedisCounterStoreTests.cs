using Tollgate.Limits;
using Tollgate.Tests.Limits;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>Counters at a real Redis.</summary>
public sealed class RedisCounterStoreTests
{
    [Fact]
    public async Task A_reservation_whose_gateway_died_ends_by_itself_and_a_late_settlement_counts()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100)];
        await redis.AskAsync("SET", "now", "1000000000");
        await using (var dies = Clients.At(server.Port).Store(SameAsInMemoryTests.Clock)) await dies.ReserveAsync(id, claims, TimeSpan.FromMilliseconds(200), default);
        await using var store = Clients.At(server.Port).Store(SameAsInMemoryTests.Clock);
        (await store.ReadAsync("a")).ShouldBe(60);
        await redis.AskAsync("SET", "now", "1000000199");
        (await store.ReadAsync("a")).ShouldBe(60);
        await redis.AskAsync("SET", "now", "1000000200");
        (await store.ReadAsync("a")).ShouldBe(0);
        await store.SettleAsync(id, claims, new long[] { 42 });
        await store.SettleAsync(id, claims, new long[] { 42 });
        (await store.ReadAsync("a")).ShouldBe(42);
    }

    [Fact]
    public async Task A_reservation_that_arrives_after_it_was_given_up_takes_nothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100)];
        await store.SettleAsync(id, claims, new long[1]);
        (await store.ReserveAsync(id, claims)).IsAdmitted.ShouldBeFalse();
        (await store.ReadAsync("a")).ShouldBe(0);
    }

    [Fact]
    public async Task Amounts_beyond_what_a_double_holds_are_exact()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        var big = (1L << 53) - 1;
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", big, long.MaxValue)];
        await store.ReserveAsync(id, claims);
        await store.SettleAsync(id, claims, new[] { big - 2 });
        (await store.ReadAsync("a")).ShouldBe(big - 2);
    }

    [Fact]
    public async Task Counters_do_not_share_a_name()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        BucketId[] buckets = [new("a", "b:c"), new("a:b", "c"), new("}", ""), new("{}", "x"), new("a", new string('x', 200)), new("a", new string('x', 201)), new("a", "B:C")];
        for (var i = 0; i < buckets.Length; i++) await store.ReserveAsync(Claims.NewId(), new BucketClaim(buckets[i], Claims.Day, 100, i + 1));
        for (var i = 0; i < buckets.Length; i++) (await store.ReadAsync(buckets[i], Claims.Day, default)).ShouldBe(i + 1);
        (await store.ReadAsync(buckets[0], new CounterWindow(86_400, IsSliding: false), default)).ShouldBe(0);
    }

    [Fact]
    public async Task Without_Redis_the_answer_is_uncertain_and_settlements_get_there_later()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100)];
        await store.ReserveAsync(id, claims);
        await server.KillAsync();
        var away = await store.ReserveAsync(Claims.NewId(), claims);
        (away.IsAdmitted, away.IsUncertain).ShouldBe((false, true));
        await store.SettleAsync(id, claims, new long[] { 55 });
        await Clients.DownAsync(() => store.Health.IsUp);
        await Clients.EventuallyAsync(() => store.Health.Unsettled, 1); // one that is just tried is not counted, or twice

        await server.RestartAsync(); // empty: it keeps nothing
        await store.EventuallyAsync("a", 55);
        await Clients.EventuallyAsync(() => store.Health, new Tollgate.Limits.Shared.CountersHealth(IsUp: true, 0, 0));
    }

    [Fact]
    public async Task One_admission_is_one_command_whatever_it_claims()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        await using var redis = Clients.At(server.Port).Open();
        await store.ReserveAsync(Claims.NewId(), Claims.Of("a", 1, 9));
        await redis.AskAsync("CONFIG", "RESETSTAT");
        await store.ReserveAsync(Claims.NewId(), Claims.Of("a", 1, 9), Claims.Of("b", 1, 9), Claims.Of("c", 1, 9), Claims.Of("d", 1, 9));
        var stats = await redis.AskAsync("INFO", "commandstats");
        stats.ShouldContain("cmdstat_evalsha:calls=1,");
        stats.ShouldNotContain("cmdstat_eval:");
    }

    [Fact]
    public async Task A_settlement_goes_with_the_next_reservation_in_one_command()
    {
        // On a clock that stands still none goes by itself.
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store(time: new ManualTime());
        await using var redis = Clients.At(server.Port).Open();
        (await store.AdmitAsync("other", 1, 9)).ShouldBeTrue();
        BucketClaim[] claims = [Claims.Of("a", 60, 100), Claims.Of("b", 60, 100)];
        await redis.AskAsync("CONFIG", "RESETSTAT");
        for (var i = 0; i < 20; i++)
        {
            var id = Claims.NewId();
            (await store.ReserveAsync(id, claims)).IsAdmitted.ShouldBeTrue("what came before was settled before");
            await store.SettleAsync(id, claims, new long[] { 1, 2 });
        }

        (await redis.AskAsync("INFO", "commandstats")).ShouldContain("cmdstat_evalsha:calls=20,");
        (await store.ReadAsync("a")).ShouldBe(20);
        (await store.ReadAsync("b")).ShouldBe(40);
    }

    [Fact]
    public async Task A_settlement_that_nothing_takes_along_goes_by_itself()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        await using var other = Clients.At(server.Port).Store();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100)];
        await store.ReserveAsync(id, claims);
        await store.SettleAsync(id, claims, new long[] { 7 });
        await other.EventuallyAsync("a", 7);
        await Clients.EventuallyAsync(() => store.Health.Unsettled, 0);
    }

    [Fact]
    public async Task Many_settlements_at_once_are_all_counted_once()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        BucketClaim[] claims = [Claims.Of("a", 10, long.MaxValue), Claims.Of("b", 0, long.MaxValue)];
        await Parallel.ForAsync(0, 1000, async (i, _) =>
        {
            var id = Claims.NewId();
            if (i % 3 > 0) await store.ReserveAsync(id, claims);
            await store.SettleAsync(id, claims, new long[] { i, 1 });
            if (i % 7 == 0) await store.SettleAsync(id, claims, new long[] { i, 1 });
        });
        (await store.ReadAsync("a")).ShouldBe(1000 * 999 / 2);
        (await store.ReadAsync("b")).ShouldBe(1000);
    }

    [Fact]
    public async Task A_counter_that_somebody_has_spoilt_refuses_nobody_under_other_limits()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        await using var redis = Clients.At(server.Port).Open();
        BucketClaim[] good = [Claims.Of("good", 5, 100)];
        BucketClaim[] spoilt = [Claims.Of("spoilt", 5, 100)];
        var (one, two) = (Claims.NewId(), Claims.NewId());
        await store.ReserveAsync(one, good);
        await store.ReserveAsync(two, spoilt);
        var key = (await redis.SendAsync("KEYS", "*spoilt*:c")).Value.Items[0].ToString();
        await redis.AskAsync("SET", key, "text");
        await store.SettleAsync(two, spoilt, new long[] { 1 });
        await store.SettleAsync(one, good, new long[] { 3 });
        var admission = await store.ReserveAsync(Claims.NewId(), good);
        (admission.IsAdmitted, admission.IsUncertain).ShouldBe((true, false));
        await store.EventuallyAsync("good", 8);
        await Clients.EventuallyAsync(() => (store.Health.Lost, store.Health.Unsettled), (1L, 0));
    }

    [Fact]
    public async Task A_counter_whose_first_request_was_refused_does_not_stay_either()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        await using var redis = Clients.At(server.Port).Open();
        (await store.AdmitAsync("a", 10, 5)).ShouldBeFalse();
        (await store.AdmitAsync("a", 1, 5)).ShouldBeTrue();
        await store.ReserveAsync(Claims.NewId(), new[] { Claims.Of("b", 1, 5) }, TimeSpan.FromMilliseconds(50), default);
        await store.EventuallyAsync("b", 0);
        (await store.AdmitAsync("b", 1, 5)).ShouldBeTrue();
        var keys = (await redis.SendAsync("KEYS", "*")).Value.Items.ToArray();
        keys.Length.ShouldBe(4);
        foreach (var key in keys) (await redis.SendAsync("PTTL", key.ToString())).Value.Integer.ShouldBeGreaterThan(0, key.ToString());
    }

    [Fact]
    public async Task Nothing_stays_in_Redis_for_ever()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Clients.At(server.Port).Store();
        await using var redis = Clients.At(server.Port).Open();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 1, 9), new(new BucketId("second", ""), new CounterWindow(1, IsSliding: false), 9, 1), new(new BucketId("month", ""), new CounterWindow(0, IsSliding: false), 9, 1)];
        await store.ReserveAsync(id, claims);
        await store.SettleAsync(id, claims, new long[] { 1, 1, 1 });
        var keys = (await redis.SendAsync("KEYS", "*")).Value.Items.ToArray();
        keys.Length.ShouldBe(6);
        foreach (var key in keys) (await redis.SendAsync("PTTL", key.ToString())).Value.Integer.ShouldBeGreaterThan(0, key.ToString());
    }
}
