namespace Tollgate.Metering.Ledger;

/// <summary>Where usage is kept for good.</summary>
public interface IUsageLedger
{
    /// <summary>
    /// Room for one more record, taken before the request is made so that none is ever dropped: waits while the queue is full. False when no
    /// room came in time; the request is then refused.
    /// </summary>
    ValueTask<bool> ReserveAsync(CancellationToken cancellation);

    /// <summary>Takes over what is known of a request that has ended, into the room that was reserved. Does not wait.</summary>
    void Add(UsageEntry entry);

    /// <summary>Gives back room that was not needed.</summary>
    void Release();

    /// <summary>Completes when everything that was added so far is on disk.</summary>
    ValueTask FlushAsync(CancellationToken cancellation);
}
