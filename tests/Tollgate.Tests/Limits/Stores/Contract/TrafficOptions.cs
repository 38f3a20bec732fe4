namespace Tollgate.Tests.Limits.Stores;

/// <summary>How much random traffic, and on what.</summary>
/// <param name="Operations">Reservations that are tried.</param>
/// <param name="TimeToLive">Of each reservation.</param>
internal sealed record TrafficOptions(int Operations, TimeSpan TimeToLive)
{
    public int Seed { get; init; } = 1;

    /// <summary>The first half of reservations' ids: on a server that others use, one of this run's own.</summary>
    public ulong Run { get; init; } = 1;

    /// <summary>How many try at the same time.</summary>
    public int Parallel { get; init; } = 8;

    /// <summary>Between rounds nothing is under way, so that the counters can be compared.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>How many counters there are: few, so that they are fought for.</summary>
    public int Buckets { get; init; } = 12;

    /// <summary>The smallest limit at the beginning: for as many operations that it is reached.</summary>
    public long Limit { get; init; } = 2_000;

    /// <summary>What names of limits begin with: on a server that others use, one of this run's own.</summary>
    public string Prefix { get; init; } = "traffic";

    /// <summary>Lets time go by. Null: none does, and nothing is forgotten on purpose.</summary>
    public Func<TimeSpan, Task>? Advance { get; init; }
}
