using Tollgate.Reuse;

namespace Tollgate.Limits.Admitting;

/// <summary>Ids of reservations: unique across gateways by a random half, in one by the thread and how many it has made.</summary>
internal sealed class ReservationIds(Func<double> random)
{
    private const int CountBits = 44;

    [ThreadStatic]
    private static ulong _count;

    private readonly ulong _gateway = (ulong)(random() * uint.MaxValue) << 32 | (uint)(random() * uint.MaxValue);

    internal ReservationId Next() => new(_gateway, ((ulong)ThreadPlace.Number << CountBits) + ++_count);
}
