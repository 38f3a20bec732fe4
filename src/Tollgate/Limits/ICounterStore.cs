namespace Tollgate.Limits;

/// <summary>
/// Where limits are counted. What a request may use at most is reserved before it is made and settled to what it did use afterwards. A
/// reservation that is neither settled nor released ends by itself after its time to live, and counts as not used.
/// </summary>
public interface ICounterStore
{
    /// <summary>
    /// Reserves every amount or none. Completes at once where nothing has to be asked. Does not throw when the store is away: what the policy
    /// says then is in the answer.
    /// </summary>
    ValueTask<Admission> ReserveAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, TimeSpan timeToLive, CancellationToken cancellation);

    /// <summary>
    /// Ends a reservation with what was used, an amount for each claim in its order; zero gives everything back. A second call for the same
    /// reservation changes nothing. What was used is counted even when the reservation had already run out. It may complete before it is counted;
    /// whoever reads a bucket here afterwards finds it counted.
    /// </summary>
    ValueTask SettleAsync(ReservationId id, ReadOnlyMemory<BucketClaim> claims, ReadOnlyMemory<long> used);

    /// <summary>How much of a bucket is taken now, reservations included; null when the store could not be asked.</summary>
    ValueTask<long?> ReadAsync(BucketId bucket, CounterWindow window, CancellationToken cancellation);
}

/// <summary>One reservation: unique over all gateways of a store.</summary>
public readonly record struct ReservationId(ulong High, ulong Low);

/// <summary>One counter: a limit together with the values that it is kept by.</summary>
/// <param name="Limit">Name of the limit and what it counts, so that a limit that counts something else from now on begins anew.</param>
/// <param name="Subject">The values, joined so that no two subjects are the same text; empty for a limit that has one counter only.</param>
public readonly record struct BucketId(string Limit, string Subject);

/// <summary>The span that a counter is over.</summary>
/// <param name="Seconds">Its length, in seconds; 0 for a calendar month in UTC.</param>
/// <param name="IsSliding">True: the span ends now. False: it begins at a multiple of its length since 1970-01-01T00:00:00Z.</param>
public readonly record struct CounterWindow(long Seconds, bool IsSliding);

/// <summary>What a request wants of one counter.</summary>
/// <param name="Bucket">Which.</param>
/// <param name="Window">Over what span.</param>
/// <param name="Limit">How much there is, in units: requests, tokens, a cost's own, or billionths of a US dollar.</param>
/// <param name="Amount">How much is reserved, 0 or more.</param>
/// <param name="Pool">Claims with the same number, 1 or more, are admitted together while one of them has room. 0: this one must have room.</param>
/// <param name="IsShadow">True: it is charged, and never refuses.</param>
public readonly record struct BucketClaim(BucketId Bucket, CounterWindow Window, long Limit, long Amount, int Pool = 0, bool IsShadow = false);

/// <summary>What became of a request's claims.</summary>
/// <param name="IsAdmitted">Everything was reserved; else nothing was.</param>
/// <param name="Tightest">Index of the claim that refused, or of the one with the least room left; -1 when there are no claims.</param>
/// <param name="Remaining">Room that this one has left, in its units.</param>
/// <param name="Wait">How long until it has room again (or, admitted, until its span is over).</param>
/// <param name="IsUncertain">The store could not be asked: the answer is the policy's.</param>
public readonly record struct Admission(bool IsAdmitted, int Tightest, long Remaining, TimeSpan Wait, bool IsUncertain = false)
{
    /// <summary>
    /// The room of each claim, in the claims' order: what clients are told in headers, and what a limit in shadow mode would have refused.
    /// Empty when the store could not be asked. To be read before the reservation is settled: the store may use the memory again.
    /// </summary>
    public ReadOnlyMemory<ClaimRoom> Rooms { get; init; }
}

/// <summary>How much room a claim's counter has.</summary>
/// <param name="Remaining">What is left, in its units, when the claim is reserved; 0 or more.</param>
/// <param name="Wait">Exceeded: how long until there is room for the claim, at the latest. Else until the span is over.</param>
/// <param name="IsExceeded">True: the claim found no room. In shadow mode and in pools the request may have been admitted all the same.</param>
public readonly record struct ClaimRoom(long Remaining, TimeSpan Wait, bool IsExceeded);
