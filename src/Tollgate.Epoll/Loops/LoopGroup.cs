using System.Diagnostics.Metrics;

namespace Tollgate.Epoll.Loops;

/// <summary>The loops of a process.</summary>
internal sealed class LoopGroup : IDisposable
{
    private readonly LoopWatch _watch = new();
    private readonly EventLoop[] _loops;
    private int _turn;

    /// <param name="count">How many.</param>
    /// <param name="meters">Owner of the meter that tells how they do; null: nobody is told.</param>
    internal LoopGroup(int count, IMeterFactory? meters = null)
    {
        _loops = [.. Enumerable.Range(0, count).Select(i => new EventLoop(_watch, $"tollgate-{i}", i))];
        _watch.Start(_loops);
        if (meters is not null) LoopMetrics.Show(this, meters);
    }

    /// <summary>How many there are.</summary>
    internal int Count => _loops.Length;

    /// <summary>How often a thread had to take over a loop because what ran on it did not come back.</summary>
    internal long Takeovers => _loops.Sum(static loop => loop.Takeovers);

    /// <summary>Threads of all loops, those included that wait until one is needed.</summary>
    internal int Threads => _loops.Sum(static loop => loop.Threads);

    internal EventLoop this[int index] => _loops[index];

    /// <summary>The number of the one whose turn it is, for a connection that comes in.</summary>
    internal int NextIndex() => (int)((uint)Interlocked.Increment(ref _turn) % _loops.Length);

    /// <summary>The number of the one that runs the caller; -1: none of these does.</summary>
    internal int HereIndex => EventLoop.Current is { } current && current.Index < _loops.Length && _loops[current.Index] == current ? current.Index : -1;

    /// <summary>For a connection that is needed by what runs here.</summary>
    internal EventLoop Near() => _loops[HereIndex is >= 0 and var here ? here : NextIndex()];

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        foreach (var loop in _loops) loop.Dispose();
    }
}
