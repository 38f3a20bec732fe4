using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Loops;

/// <summary>Events that one call brought. Two threads may take from it.</summary>
internal sealed class EventBatch
{
    private const int Most = 256;

    private int _count;
    private int _next;

    internal EventBuffer Events { get; } = new(Most);

    /// <summary>So many are there. Below 0: none.</summary>
    internal void Begin(int count)
    {
        Volatile.Write(ref _next, 0);
        Volatile.Write(ref _count, Math.Max(0, count));
    }

    /// <summary>The next one. False: all are taken.</summary>
    internal bool TryTake(out uint flags, out ulong ticket)
    {
        (flags, ticket) = (0, 0);
        if (Volatile.Read(ref _next) >= Volatile.Read(ref _count)) return false;
        var index = Interlocked.Increment(ref _next) - 1;
        if (index >= Volatile.Read(ref _count)) return false;
        (flags, ticket) = (Events.Flags(index), Events.Data(index));
        return true;
    }
}
