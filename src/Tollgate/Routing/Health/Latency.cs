namespace Tollgate.Routing.Health;

/// <summary>
/// A moving average of how long answers took to begin, weighted by time: what is measured now counts, what was measured long ago
/// fades. Value and time are one word, so that it takes no lock.
/// </summary>
internal sealed class Latency(TimeProvider time)
{
    private const double Memory = 10; // seconds after which a measurement counts for 37 %
    private const double HalfLife = 30;
    private const double UnitsPerSecond = 100;

    private readonly long _start = time.GetTimestamp();
    private long _state;

    /// <summary>The average in seconds; null before the first measurement.</summary>
    internal double? Average => Volatile.Read(ref _state) is var state && state != 0 ? Value(state) : null;

    /// <summary>
    /// The average as it is compared: it halves with every half minute without a measurement, so that whoever was slow is tried
    /// again some time.
    /// </summary>
    internal double? Faded
    {
        get
        {
            var state = Volatile.Read(ref _state);
            return state == 0 ? null : Value(state) * Math.Pow(2, -SecondsSince(state, Now) / HalfLife);
        }
    }

    internal void Measure(TimeSpan took)
    {
        var sample = Math.Max(took.TotalSeconds, 1e-6);
        var now = Now;
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            var kept = seen == 0 ? 0 : Math.Exp(-SecondsSince(seen, now) / Memory);

            // A burst within one unit of time is not ignored altogether.
            if (kept > 0.9) kept = 0.9;
            var next = Pack(seen == 0 ? sample : (Value(seen) * kept) + (sample * (1 - kept)), now);
            if (Interlocked.CompareExchange(ref _state, next, seen) == seen) return;
        }
    }

    private uint Now => (uint)(time.GetElapsedTime(_start).TotalSeconds * UnitsPerSecond);

    private static long Pack(double value, uint now) => ((long)BitConverter.SingleToUInt32Bits((float)value) << 32) | now;

    private static double Value(long state) => BitConverter.UInt32BitsToSingle((uint)(state >> 32));

    private static double SecondsSince(long state, uint now) => (uint)(now - (uint)state) / UnitsPerSecond;
}
