using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>What must be true of one counter, in plain sums.</summary>
internal sealed class TrafficBucket
{
    private long _settled;
    private long _held;
    private long _excess;
    private long _highest;

    public TrafficBucket(string prefix, int number, long least)
    {
        Id = new BucketId($"{prefix}/limit-{number % 4}", $"subject|{number}");

        // Spans that do not end while the traffic runs: what was used can be counted together at the end.
        Window = (number % 3) switch
        {
            0 => new CounterWindow(0, IsSliding: false),
            1 => new CounterWindow(0, IsSliding: true),
            _ => new CounterWindow(86400, IsSliding: true),
        };
        Limit = least + (number * least / 4);
        IsShadow = number % 7 == 6;
        Pool = number % 5 == 4 ? 1 : 0;
    }

    public BucketId Id { get; }

    public CounterWindow Window { get; }

    public long Limit { get; private set; }

    public bool IsShadow { get; }

    public int Pool { get; }

    /// <summary>What the counter must say when nothing is under way.</summary>
    public long Expected => Interlocked.Read(ref _settled) + Interlocked.Read(ref _held);

    public long Settled => Interlocked.Read(ref _settled);

    /// <summary>The most that was taken beyond what was used in excess of reservations.</summary>
    public long Highest => Interlocked.Read(ref _highest);

    public BucketClaim Claim(long amount) => new(Id, Window, Limit, amount, Pool, IsShadow);

    /// <summary>The operator edits the limit. What is used stays.</summary>
    public void Raise(long by) => Limit += by;

    /// <summary>The store has reserved. It is noted after that and taken off before it is settled: the store never holds less than this.</summary>
    public void Reserved(long amount)
    {
        Interlocked.Add(ref _held, amount);
        var taken = Interlocked.Read(ref _settled) + Interlocked.Read(ref _held) - Interlocked.Read(ref _excess);
        for (var known = Highest; taken > known; known = Highest)
        {
            if (Interlocked.CompareExchange(ref _highest, taken, known) == known) return;
        }
    }

    /// <summary>What was held is not any more.</summary>
    public void Ended(long amount) => Interlocked.Add(ref _held, -amount);

    /// <summary>Something was used.</summary>
    /// <param name="used">How much.</param>
    /// <param name="reserved">How much of it had been reserved until then.</param>
    public void Used(long used, long reserved)
    {
        if (used > reserved) Interlocked.Add(ref _excess, used - reserved);
        Interlocked.Add(ref _settled, used);
    }
}
