using System.Diagnostics.Metrics;
using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Loops;

/// <summary>The loops of a process. As many of them are at work as are needed: connections are divided among the first few.</summary>
internal sealed class LoopGroup : IDisposable
{
    private readonly LoopWatch _watch = new();
    private readonly EventLoop[] _loops;
    private readonly LoopBalance? _balance;
    private int _turn;

    /// <param name="count">How many.</param>
    /// <param name="meters">Owner of the meter that tells how they do; null: nobody is told.</param>
    internal LoopGroup(int count, IMeterFactory? meters = null)
        : this(count, Libc.CpuOf(Libc.ThreadId()) > 0 ? static loop => loop.Cpu : null, meters)
    {
        // A sandbox without these clocks gets all loops at once.
    }

    /// <param name="count">How many.</param>
    /// <param name="cpu">Nanoseconds of CPU that a loop has had; null: nobody knows, and all are at work.</param>
    /// <param name="meters">Owner of the meter that tells how they do; null: nobody is told.</param>
    internal LoopGroup(int count, Func<EventLoop, long>? cpu, IMeterFactory? meters = null)
    {
        _loops = [.. Enumerable.Range(0, count).Select(i => new EventLoop(_watch, $"tollgate-{i}", i))];
        if (cpu is not null) _balance = new LoopBalance(_loops, cpu);
        _watch.Start(_loops, _balance);
        if (meters is not null) LoopMetrics.Show(this, meters);
    }

    /// <summary>How many are at work.</summary>
    internal int Active => _balance?.Active ?? _loops.Length;

    /// <summary>How many there are.</summary>
    internal int Count => _loops.Length;

    /// <summary>How often a thread had to take over a loop because what ran on it did not come back.</summary>
    internal long Takeovers => _loops.Sum(static loop => loop.Takeovers);

    /// <summary>Threads of all loops, those included that wait until one is needed.</summary>
    internal int Threads => _loops.Sum(static loop => loop.Threads);

    internal EventLoop this[int index] => _loops[index];

    /// <summary>The number of the one whose turn it is, for a connection that comes in.</summary>
    internal int NextIndex() => (int)((uint)Interlocked.Increment(ref _turn) % Active);

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
