using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tollgate.Limits;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Claims and stores in few words.</summary>
internal static class Leases
{
    internal static readonly CounterWindow Day = new(86_400, IsSliding: true);

    private static long _ids;

    internal static ReservationId NewId() => new(1, (ulong)Interlocked.Increment(ref _ids));

    internal static BucketClaim Claim(string subject, long amount, long limit, int pool = 0, bool shadow = false) => new(new BucketId("limit", subject), Day, limit, amount, pool, shadow);

    /// <summary>A gateway's store. Leases are short, so that what happens at their end happens soon.</summary>
    internal static PostgresCounterStore Store(string url, double life = 10)
    {
        var address = new Uri(url);
        var source = NpgsqlDataSource.Create($"Host={address.Host};Port={address.Port};Username=postgres;Database={address.AbsolutePath.Trim('/')};Maximum Pool Size=8");
        return new PostgresCounterStore(new LeaseTable(source, "t-1", Guid.NewGuid()) { Life = TimeSpan.FromSeconds(life) }, TimeProvider.System, TimeSpan.FromSeconds(5), NullLogger.Instance);
    }

    internal static ValueTask<Admission> ReserveAsync(this ICounterStore store, ReservationId id, params BucketClaim[] claims) => store.ReserveAsync(id, claims, TimeSpan.FromMinutes(1), default);

    internal static async Task<bool> AdmitAsync(this ICounterStore store, string subject, long amount, long limit)
    {
        var admission = await store.ReserveAsync(NewId(), Claim(subject, amount, limit));
        admission.IsUncertain.ShouldBeFalse();
        return admission.IsAdmitted;
    }

    internal static ValueTask<long?> ReadAsync(this ICounterStore store, string subject) => store.ReadAsync(new BucketId("limit", subject), Day, default);

    /// <summary>Reads until the counter shows this: what happens in the background takes its time.</summary>
    internal static async Task EventuallyAsync(this ICounterStore store, string subject, long expected)
    {
        long? last = null;
        for (var i = 0; i < 400; i++)
        {
            last = await store.ReadAsync(subject);
            if (last == expected) return;
            await Task.Delay(50);
        }

        last.ShouldBe(expected);
    }
}
