using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Limits;
using Tollgate.Redis.Counters;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>Claims and stores in few words.</summary>
internal static class Claims
{
    internal static readonly CounterWindow Day = new(86_400, IsSliding: true);

    private static long _ids;

    internal static ReservationId NewId() => new(1, (ulong)Interlocked.Increment(ref _ids));

    internal static BucketClaim Of(string subject, long amount, long limit, int pool = 0, bool shadow = false) => new(new BucketId("limit", subject), Day, limit, amount, pool, shadow);

    internal static RedisCounterStore Store(this RedisOptions options, string prelude = "") => new(options.Open(), "t", TimeProvider.System, NullLogger.Instance, prelude);

    internal static ValueTask<Admission> ReserveAsync(this ICounterStore store, ReservationId id, params BucketClaim[] claims) => store.ReserveAsync(id, claims, TimeSpan.FromMinutes(1), default);

    internal static ValueTask<long?> ReadAsync(this ICounterStore store, string subject) => store.ReadAsync(new BucketId("limit", subject), Day, default);

    /// <summary>Reads until the counter shows this: what must happen by itself may take its time.</summary>
    internal static async Task EventuallyAsync(this ICounterStore store, string subject, long expected)
    {
        long? last = null;
        for (var i = 0; i < 400; i++)
        {
            last = await store.ReadAsync(subject);
            if (last == expected) return;
            await Task.Delay(25);
        }

        last.ShouldBe(expected);
    }
}
