using System.Diagnostics;

namespace Tollgate.Epoll.Loops;

/// <summary>Divides connections among as many loops as are needed, by the CPU that their threads take. Used by the watch alone.</summary>
/// <param name="loops">All there are.</param>
/// <param name="cpu">Nanoseconds of CPU that a loop has had.</param>
internal sealed class LoopBalance(EventLoop[] loops, Func<EventLoop, long> cpu)
{
    private const double MuchLess = 0.6;
    private const int WindowsUntilEven = 3;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private readonly LoopDemand _demand = new(loops.Length);
    private readonly double[] _shares = new double[loops.Length];
    private readonly long[] _cpu = new long[loops.Length];
    private long _served;
    private long _together;
    private long _since = Stopwatch.GetTimestamp();
    private int _uneven;

    /// <summary>How many are needed now: the first ones.</summary>
    internal int Active => _demand.Count;

    /// <summary>Looks whether a window is over.</summary>
    internal void Look()
    {
        var now = Stopwatch.GetTimestamp();
        var time = Stopwatch.GetElapsedTime(_since, now);
        if (time < Window) return;
        _since = now;
        Look(time);
    }

    /// <summary>The same at the end of a window.</summary>
    internal void Look(TimeSpan window)
    {
        var (load, served, together) = (0d, 0L, 0L);
        for (var i = 0; i < loops.Length; i++)
        {
            var spent = cpu(loops[i]);
            load += _shares[i] = (spent - _cpu[i]) / (window.TotalSeconds * 1e9);
            _cpu[i] = spent;
            served += loops[i].Served;
            together += loops[i].Together;
        }

        double events = Math.Max(1, served - _served);
        var others = Math.Max(0, ((together - _together) / events) - 1);
        (_served, _together) = (served, together);
        var before = Active;
        var active = _demand.Next(load, others, load * window.TotalSeconds / events);
        if (active > before) Spread(before);
        else if (active < before) Gather(before);
        else Even();
    }

    /// <summary>Those that were at work keep their part, and the new ones get the rest.</summary>
    private void Spread(int before)
    {
        var next = before;
        for (var i = 0; i < before; i++)
        {
            foreach (var socket in Part(loops[i], 1 - ((double)before / Active)))
            {
                socket.MoveTo(loops[next]);
                if (++next == Active) next = before;
            }
        }
    }

    private void Gather(int before)
    {
        var next = 0;
        for (var i = Active; i < before; i++)
        {
            foreach (var socket in loops[i].Movable()) socket.MoveTo(loops[next++ % Active]);
        }
    }

    /// <summary>Where one loop is full while another one is not, that one gets half of what it has less.</summary>
    private void Even()
    {
        var (fullest, emptiest) = (0, 0);
        for (var i = 1; i < Active; i++)
        {
            if (_shares[i] > _shares[fullest]) fullest = i;
            if (_shares[i] < _shares[emptiest]) emptiest = i;
        }

        _uneven = _shares[fullest] >= LoopDemand.Full && _shares[emptiest] < MuchLess * _shares[fullest] ? _uneven + 1 : 0;
        if (_uneven < WindowsUntilEven) return;
        _uneven = 0;
        foreach (var socket in Part(loops[fullest], (1 - (_shares[emptiest] / _shares[fullest])) / 2)) socket.MoveTo(loops[emptiest]);
    }

    /// <summary>A share of a loop's sockets, from all over: neighbours came together, and are alike.</summary>
    private static IEnumerable<Sockets.LoopSocket> Part(EventLoop loop, double share) =>
        loop.Movable().Where((_, i) => Math.Floor((i + 1) * share) > Math.Floor(i * share));
}
