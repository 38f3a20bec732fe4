namespace Tollgate.Routing.Health;

/// <summary>How many attempts of the last while failed. Slices of time in a ring, each in one word, so that counting takes no lock.</summary>
internal sealed class RateWindow
{
    private const int Slices = 10;
    private const int CountBits = 20;
    private const long MostCounted = (1L << CountBits) - 1;

    /// <summary>More attempts than it can count.</summary>
    internal const long TooMany = (Slices * MostCounted) + 1;

    private readonly long[] _slices = new long[Slices];
    private readonly TimeProvider _time;
    private readonly long _sliceLength;

    internal RateWindow(TimeSpan length, TimeProvider time)
    {
        _time = time;
        _sliceLength = Math.Max(1, (long)(length.TotalSeconds * time.TimestampFrequency) / Slices);

        // The zero of an unused slot must not look like the first slice of time.
        Array.Fill(_slices, Pack(Epoch - Slices, 0, 0));
    }

    private long Epoch => _time.GetTimestamp() / _sliceLength;

    internal void Count(bool failed)
    {
        var epoch = Epoch;
        ref var slice = ref _slices[(int)(epoch % Slices)];
        while (true)
        {
            var seen = Volatile.Read(ref slice);
            var (total, failures) = IsOf(seen, epoch) ? Unpack(seen) : default;
            if (total == MostCounted) return;
            var next = Pack(epoch, total + 1, failures + (failed ? 1 : 0));
            if (Interlocked.CompareExchange(ref slice, next, seen) == seen) return;
        }
    }

    /// <summary>Attempts and failures of the window that ends now.</summary>
    internal (long Total, long Failed) Read()
    {
        long total = 0, failed = 0;
        var now = Epoch;
        for (var epoch = Math.Max(0, now - Slices + 1); epoch <= now; epoch++)
        {
            var slice = Volatile.Read(ref _slices[(int)(epoch % Slices)]);
            if (!IsOf(slice, epoch)) continue;
            var (counted, failures) = Unpack(slice);
            total += counted;
            failed += failures;
        }

        return (total, failed);
    }

    private static long Pack(long epoch, long total, long failed) => (epoch << (2 * CountBits)) | (total << CountBits) | failed;

    private static bool IsOf(long slice, long epoch) => slice >> (2 * CountBits) == (epoch << (2 * CountBits)) >> (2 * CountBits);

    private static (long Total, long Failed) Unpack(long slice) => ((slice >> CountBits) & MostCounted, slice & MostCounted);
}
