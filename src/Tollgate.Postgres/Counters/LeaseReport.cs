namespace Tollgate.Postgres.Counters;

/// <summary>What a gateway says of one counter when it renews its lease. All figures are totals, so saying it twice changes nothing.</summary>
/// <param name="Bucket">Name of the counter.</param>
/// <param name="Uses">What was used by slot, as far as it has changed.</param>
/// <param name="OldestSlot">The oldest slot that counts.</param>
/// <param name="Limit">How much there is.</param>
/// <param name="Keep">How much of the lease may be spent while this is under way: it is granted again in any case.</param>
/// <param name="Need">How much is wanted at least.</param>
/// <param name="WantsMore">True: a slice beyond that, to have it before it is needed. False: the rest goes back.</param>
internal sealed record LeaseReport(string Bucket, IReadOnlyList<SlotUse> Uses, long OldestSlot, long Limit, long Keep, long Need, bool WantsMore)
{
    /// <summary>When the report was made up, see <see cref="LeasedBucket.Moved"/>.</summary>
    internal long Moved { get; init; }
}

/// <summary>What one gateway has used in one slot.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Settled">Used, and known.</param>
/// <param name="Held">Reserved and not settled.</param>
/// <param name="Forget">When nobody needs to know any more, in UTC.</param>
internal readonly record struct SlotUse(long Slot, long Settled, long Held, DateTime Forget);

/// <summary>What the database says.</summary>
/// <param name="Rest">What may be spent.</param>
/// <param name="Unleased">What nobody has leased.</param>
/// <param name="Taken">By slot, what all gateways have used.</param>
/// <param name="Now">The database's time, in UTC.</param>
internal sealed record LeaseGrant(long Rest, long Unleased, IReadOnlyDictionary<long, long> Taken, DateTime Now);
