using System.Collections.Immutable;

namespace Tollgate.Limits.Reading;

/// <summary>What the counters of one limit said at one moment. Amounts are in its units; money in billionths of a US dollar.</summary>
/// <param name="Bucket">Name of the limit and what it counts.</param>
/// <param name="Window">Over what span.</param>
/// <param name="Limit">How much there is, as was asked last; 0 while nobody asked.</param>
internal sealed record FamilyReading(string Bucket, CounterWindow Window, long Limit)
{
    /// <summary>False: they are in a shared store that could not be asked.</summary>
    internal bool IsKnown { get; init; } = true;

    /// <summary>How many there are; of shared ones those that this gateway has met lately.</summary>
    internal int Count { get; init; }

    /// <summary>Those with the least left, the fullest first.</summary>
    internal ImmutableArray<CounterReading> Fullest { get; init; } = [];

    /// <summary>The counter of those who found no room for one of their own; null: there is none.</summary>
    internal CounterReading? Rest { get; init; }

    /// <summary>The sum over all of them. Of <see cref="CounterReading.Held"/> null where a shared store does not tell it.</summary>
    internal CounterReading Sum { get; init; }

    internal bool CountsMoney => Bucket.EndsWith("/money", StringComparison.Ordinal);
}

/// <summary>What one counter said.</summary>
/// <param name="Subject">What it is kept by; empty for the only one of a limit.</param>
/// <param name="Taken">Used or reserved.</param>
/// <param name="Held">The part of it that is reserved; null: not known apart.</param>
internal readonly record struct CounterReading(string Subject, long Taken, long? Held)
{
    /// <summary>The part of the limit that is taken: 0 to 1, and more when requests used more than they had reserved.</summary>
    internal double Share(long limit) => limit <= 0 ? 0 : Math.Round((double)Taken / limit, 4);
}
