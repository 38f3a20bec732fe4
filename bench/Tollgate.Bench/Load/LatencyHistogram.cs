using System.Diagnostics;
using System.Numerics;

namespace Tollgate.Bench.Load;

/// <summary>Times in buckets whose width grows with the time: 1.6 % wide, from 0.1 µs to minutes.</summary>
internal sealed class LatencyHistogram
{
    private const int Parts = 64;

    private readonly long[] _counts = new long[Parts * 28];

    internal long Count { get; private set; }

    internal void Record(TimeSpan time)
    {
        _counts[Math.Min(IndexOf(time.Ticks), _counts.Length - 1)]++;
        Count++;
    }

    internal void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>In microseconds: no more than that share of the times were longer, to a bucket's width.</summary>
    internal double Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0) return Middle(i) / TimeSpan.TicksPerMicrosecond;
        }

        throw new UnreachableException("an empty histogram has no quantiles");
    }

    private static int IndexOf(long ticks)
    {
        if (ticks < Parts) return (int)Math.Max(ticks, 0);
        var shift = BitOperations.Log2((ulong)ticks) - 6;
        return ((shift + 1) * Parts) + (int)(ticks >> shift) - Parts;
    }

    private static double Middle(int index)
    {
        if (index < Parts) return index + 0.5;
        var shift = (index / Parts) - 1;
        return ((double)(Parts + (index % Parts)) + 0.5) * (1L << shift);
    }
}
