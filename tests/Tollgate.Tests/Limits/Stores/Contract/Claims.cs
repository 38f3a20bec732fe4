using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>Claims, and what is done with them, in few words.</summary>
internal static class Claims
{
    internal static readonly CounterWindow Day = new(86_400, IsSliding: true);

    private static long _ids;

    internal static ReservationId NewId() => new(1, (ulong)Interlocked.Increment(ref _ids));

    internal static BucketClaim Of(string subject, long amount, long limit, int pool = 0, bool shadow = false) => new(new BucketId("limit", subject), Day, limit, amount, pool, shadow);

    internal static ValueTask<Admission> ReserveAsync(this ICounterStore store, ReservationId id, params BucketClaim[] claims) => store.ReserveAsync(id, claims, TimeSpan.FromMinutes(1), default);

    internal static async Task<bool> AdmitAsync(this ICounterStore store, string subject, long amount, long limit)
    {
        var admission = await store.ReserveAsync(NewId(), Of(subject, amount, limit));
        admission.IsUncertain.ShouldBeFalse();
        return admission.IsAdmitted;
    }

    internal static ValueTask<long?> ReadAsync(this ICounterStore store, string subject) => store.ReadAsync(new BucketId("limit", subject), Day, default);

    /// <summary>Reads until the counter shows this: what must happen by itself may take its time.</summary>
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
