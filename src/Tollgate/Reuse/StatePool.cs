using System.Collections.Concurrent;

namespace Tollgate.Reuse;

/// <summary>
/// Objects that are used again: a few for each thread, which are taken and returned without another thread noticing, and behind them a shared
/// store, because a method that waits is often gone on with by another thread than the one that began it.
/// </summary>
internal static class StatePool<T>
    where T : class
{
    private const int MostOfThread = 16;
    private const int MostShared = 1024;

    private static readonly ConcurrentQueue<T> Shared = new();

    [ThreadStatic]
    private static Shelf? _own;

    private static int _shared;

    /// <summary>Null when there is none.</summary>
    internal static T? TryTake()
    {
        if (_own is { Count: > 0 } own) return own.Take();
        if (!Shared.TryDequeue(out var one)) return null;
        Interlocked.Decrement(ref _shared);
        return one;
    }

    /// <summary>Keeps it for the next one; too many are left to the collector.</summary>
    internal static void Return(T one)
    {
        var own = _own ??= new Shelf();
        if (own.Count < MostOfThread)
        {
            own.Put(one);
        }
        else if (Volatile.Read(ref _shared) < MostShared)
        {
            Interlocked.Increment(ref _shared);
            Shared.Enqueue(one);
        }
    }

    private sealed class Shelf
    {
        private readonly T?[] _items = new T?[MostOfThread];

        internal int Count { get; private set; }

        internal T Take()
        {
            var one = _items[--Count]!;
            _items[Count] = null;
            return one;
        }

        internal void Put(T one) => _items[Count++] = one;
    }
}
