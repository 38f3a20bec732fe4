using Tollgate.Configuration;
using Tollgate.Redis.Counters;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>What the configuration means for connections.</summary>
public sealed class RedisKindTests
{
    [Theory]
    [InlineData(100, 2000)]
    [InlineData(30_000, 30_000)]
    public void A_connection_may_take_as_long_as_a_reply_and_two_seconds_at_least(int reply, int connection)
    {
        var options = RedisKind.Options(new CounterStoreConfig(CounterStoreKind.Redis, [new("cache", 6379)]) { Timeout = TimeSpan.FromMilliseconds(reply) });
        (options.Timeout.TotalMilliseconds, options.ConnectTimeout.TotalMilliseconds).ShouldBe((reply, connection));
    }
}
