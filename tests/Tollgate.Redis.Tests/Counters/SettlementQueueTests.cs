using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Limits;
using Tollgate.Redis.Counters;
using Tollgate.Redis.Scripts;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>Settlements that do not get through at once.</summary>
public sealed class SettlementQueueTests
{
    [Fact]
    public async Task Everything_that_waits_is_sent_before_the_gateway_ends()
    {
        await using var server = await RedisServer.StartAsync();
        var store = Clients.At(server.Port).Store();
        (await store.ReserveAsync(Claims.NewId(), Claims.Of("a", 0, 1))).IsAdmitted.ShouldBeTrue();
        await server.KillAsync();
        for (var i = 0; i < 200; i++) await store.SettleAsync(Claims.NewId(), new[] { Claims.Of("a", 1, 1000) }, new long[] { 1 });
        await Clients.DownAsync(() => store.Health.IsUp); // a connection that does not know yet would be taken for one that came back
        await Clients.EventuallyAsync(() => store.Health.Unsettled, 200); // those that are just tried are not counted, or twice

        await server.RestartAsync();
        await using var other = Clients.At(server.Port).Store();
        await Clients.UntilAsync(() => store.Health.IsUp);
        await store.DisposeAsync();
        (await other.ReadAsync("a")).ShouldBe(200);
    }

    [Fact]
    public async Task No_more_wait_than_there_is_room_for_and_the_lost_ones_are_counted()
    {
        using var nobody = HeldPort.Take();
        await using var redis = Clients.At(nobody.Number).Open();
        var settle = new RedisScript("return 1");
        await using var queue = new SettlementQueue(redis, settle, TimeProvider.System, NullLogger.Instance, most: 3);
        for (var i = 0; i < 5; i++) await queue.SendAsync([Of(redis, "k")]);
        await Clients.EventuallyAsync(() => (queue.Count, queue.Lost), (3, 2L)); // one that is just tried again is not counted
    }

    [Fact]
    public async Task A_settlement_that_the_server_cannot_understand_is_not_repeated()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open();
        await using var queue = new SettlementQueue(redis, new RedisScript("return redis.error_reply('ERR no such thing')"), TimeProvider.System, NullLogger.Instance);
        await queue.SendAsync([Of(redis, "k")]);
        (queue.Count, queue.Lost).ShouldBe((0, 1L));
    }

    private static Settlement Of(IRedis redis, string subject) => new(new CounterKeys(redis, "t").Of(new BucketId("limit", subject), Claims.Day), Claims.NewId(), 1, 1);
}
