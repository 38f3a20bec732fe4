namespace Tollgate.Epoll.Listening;

/// <summary>
/// Keeps the memory of a pipe from being given back under the hands of whoever reads or sends with it: completing waits for the end of
/// what is under way, without blocking.
/// </summary>
internal struct Occupancy
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int Completed = 2;
    private const int CompletedWhileTaken = 3;

    private int _state;

    /// <summary>True when nothing may be done any more.</summary>
    internal readonly bool IsCompleted => _state >= Completed;

    /// <summary>Something begins. False: it is completed.</summary>
    internal bool TryBegin() => Interlocked.CompareExchange(ref _state, Taken, Free) == Free;

    /// <summary>It has ended. True: it was completed meanwhile, and whoever asks gives the memory back.</summary>
    internal bool End()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Taken) == Taken) return false;
        Volatile.Write(ref _state, Completed);
        return true;
    }

    /// <summary>Nothing more is done. True: whoever asks gives the memory back; false: it was before, or whoever is at it does.</summary>
    internal bool Complete()
    {
        if (Interlocked.CompareExchange(ref _state, Completed, Free) == Free) return true;
        Interlocked.CompareExchange(ref _state, CompletedWhileTaken, Taken);
        return false;
    }
}
