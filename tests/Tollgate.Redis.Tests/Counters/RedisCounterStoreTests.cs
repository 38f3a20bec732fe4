using Tollgate.Limits;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>Counters at a real Redis.</summary>
public sealed class RedisCounterStoreTests
{
    [Fact]
    public async Task A_reservation_whose_gateway_died_ends_by_itself_and_a_late_settlement_counts()
    {
        await using var server = await RedisServer.StartAsync();
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 60, 100)];
        await using (var dies = Clients.At(server.Port).Store()) await dies.ReserveAsync(id, claims, TimeSpan.FromMilliseconds(200), default);
        await using var store = Clients.At(server.Port).Store();
        (await store.ReadAsync("a")).ShouldBe(60);
        await store.EventuallyAsync("a", 0);
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
        store.Health.Unsettled.ShouldBe(1);

        await server.RestartAsync(); // empty: it keeps nothing
        await store.EventuallyAsync("a", 55);
        store.Health.ShouldBe(new Tollgate.Limits.Shared.CountersHealth(IsUp: true, 0, 0));
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
