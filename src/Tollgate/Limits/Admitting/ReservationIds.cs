namespace Tollgate.Limits.Admitting;

/// <summary>Ids of reservations: unique across gateways by a random half.</summary>
internal sealed class ReservationIds(Func<double> random)
{
    private readonly ulong _gateway = (ulong)(random() * uint.MaxValue) << 32 | (uint)(random() * uint.MaxValue);
    private ulong _count;

    internal ReservationId Next() => new(_gateway, Interlocked.Increment(ref _count));
}
