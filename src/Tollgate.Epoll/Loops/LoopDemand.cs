namespace Tollgate.Epoll.Loops;

/// <summary>
/// How many loops are needed: as few as get on, because a request takes less of one loop that is well used than of several that each wake up for it and
/// hand its memory to and fro. See <c>docs/adr/0012-as-few-loops-as-get-on.md</c>.
/// </summary>
/// <param name="most">How many there may be.</param>
internal sealed class LoopDemand(int most)
{
    /// <summary>A loop that takes this share of a processor is full.</summary>
    internal const double Full = 0.93;

    // With so many at once it is not their number of connections that keeps a loop from being full, but that others want the processor, too.
    private const double ManyTogether = 24;
    private const double Busy = 0.5;

    /// <summary>Seconds that an event may wait for those that came together with it, where the loop always has something to do; correspondingly longer where it has not.</summary>
    private const double LongestWait = 0.001;

    // What several loops take one does with about so much less.
    private const double OfFewer = 0.8;

    // More are needed at once, fewer only when that lasts; and longer each time when it has turned out to be wrong.
    private const int WindowsUntilMore = 3;
    private const int WindowsUntilFewer = 20;
    private const int MostUntilFewer = 640;
    private const int SoonWrong = 50;

    private int _crowded;
    private int _idle;
    private int _patience = WindowsUntilFewer;
    private int _sinceFewer = SoonWrong;

    private volatile int _count = 1;

    /// <summary>Written by whoever calls <see cref="Next"/>, read by all.</summary>
    internal int Count => _count;

    /// <summary>After each window.</summary>
    /// <param name="load">How many processors' worth of time all loops took together.</param>
    /// <param name="others">How many others came together with an event, on average.</param>
    /// <param name="service">Seconds of CPU that an event took.</param>
    internal int Next(double load, double others, double service)
    {
        _sinceFewer++;
        _crowded = Count < most && IsCrowded(load / Count, others, service) ? _crowded + 1 : 0;
        _idle = Count > 1 && Fits(Count - 1, load, others, service) ? _idle + 1 : 0;
        if (_crowded >= WindowsUntilMore) Grow();
        else if (_idle >= _patience) Shrink(load, others, service);
        return Count;
    }

    private static bool IsCrowded(double share, double others, double service) =>
        share >= Full || (share >= Busy && others >= ManyTogether) || share * others / 2 * service >= LongestWait;

    // Whoever is served by fewer finds more before it.
    private bool Fits(int count, double load, double others, double service) => !IsCrowded(load * OfFewer / count, others * Count / count, service);

    private void Grow()
    {
        _patience = _sinceFewer < SoonWrong ? Math.Min(_patience * 2, MostUntilFewer) : WindowsUntilFewer;
        (_count, _crowded, _idle) = (Math.Min(Count * 2, most), 0, 0);
    }

    private void Shrink(double load, double others, double service)
    {
        var fewest = Count - 1;
        while (fewest > 1 && Fits(fewest - 1, load, others, service)) fewest--;
        (_count, _crowded, _idle, _sinceFewer) = (fewest, 0, 0, 0);
    }
}
