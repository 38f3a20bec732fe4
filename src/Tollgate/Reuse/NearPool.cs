using System.Collections.Concurrent;

namespace Tollgate.Reuse;

/// <summary>
/// Objects that are used again, most of them by the thread that used them last: what they point to is in its processor's cache then. What one thread
/// has too many of, the others take.
/// </summary>
/// <param name="create">Makes one when none waits.</param>
/// <param name="mostNear">As many stay with a thread.</param>
/// <param name="mostShared">As many wait for any thread; what comes back beyond is the collector's.</param>
internal sealed class NearPool<T>(Func<T> create, int mostNear = 64, int mostShared = 1024)
    where T : class
{
    private const int Places = 16;

    private readonly ConcurrentQueue<T> _shared = new();
    private readonly Place[] _places = [.. Enumerable.Range(0, Places).Select(_ => new Place(mostNear))];

    private Place Near => _places[ThreadPlace.Number % Places];

    internal T Get() => Near.TryTake() ?? (_shared.TryDequeue(out var one) ? one : create());

    /// <summary>Whoever gives it back has made it as new.</summary>
    internal void Return(T one)
    {
        if (!Near.TryPut(one) && _shared.Count < mostShared) _shared.Enqueue(one);
    }

    /// <summary>A few threads may have the same place, so that it is guarded; whoever finds it taken does without.</summary>
    private sealed class Place(int most)
    {
        private readonly T?[] _items = new T?[most];
        private int _isTaken;
        private int _count;

        internal T? TryTake()
        {
            if (Volatile.Read(ref _count) == 0 || Interlocked.Exchange(ref _isTaken, 1) != 0) return null;
            T? one = null;
            if (_count > 0)
            {
                one = _items[--_count];
                _items[_count] = null;
            }

            Volatile.Write(ref _isTaken, 0);
            return one;
        }

        internal bool TryPut(T one)
        {
            if (Interlocked.Exchange(ref _isTaken, 1) != 0) return false;
            var fits = _count < _items.Length;
            if (fits) _items[_count++] = one;
            Volatile.Write(ref _isTaken, 0);
            return fits;
        }
    }
}
