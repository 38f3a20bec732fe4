namespace Tollgate.Epoll.Loops;

/// <summary>Sees when a loop does not get on, because what runs on it waits or computes, and has another thread take over; and sees how much they have to do.</summary>
internal sealed class LoopWatch : IDisposable
{
    private const int TicksOfRest = 10;

    /// <summary>Between two looks, in milliseconds. A loop that served nothing between two is taken over.</summary>
    private const int Tick = 10;

    private readonly AutoResetEvent _wake = new(false);
    private readonly List<(EventLoop Loop, long Served)> _loops = [];
    private LoopBalance? _balance;
    private volatile bool _isAsleep;
    private volatile bool _isStopped;

    /// <summary>Begins, with all loops there are.</summary>
    /// <param name="loops">The loops.</param>
    /// <param name="balance">Divides the work among them; null: nobody does.</param>
    internal void Start(IEnumerable<EventLoop> loops, LoopBalance? balance = null)
    {
        _balance = balance;
        foreach (var loop in loops) _loops.Add((loop, -1));
        new Thread(Run) { IsBackground = true, Name = "tollgate-watch" }.UnsafeStart();
    }

    /// <summary>A loop has something to do.</summary>
    internal void Notice()
    {
        if (!_isAsleep) return;
        _isAsleep = false;
        _wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopped = true;
        _wake.Set();
    }

    private void Run()
    {
        var quiet = 0;
        while (!_isStopped)
        {
            quiet = Look() ? 0 : quiet + 1;
            _balance?.Look();
            if (quiet < TicksOfRest)
            {
                _wake.WaitOne(Tick);
                continue;
            }

            _isAsleep = true;
            if (!Look()) _wake.WaitOne(); // it may have begun just before
            _isAsleep = false;
            quiet = 0;
        }
    }

    /// <summary>True when a loop has something to do, or had since the last time.</summary>
    private bool Look()
    {
        var isBusy = false;
        for (var i = 0; i < _loops.Count; i++)
        {
            var (loop, before) = _loops[i];
            var served = loop.Served;
            if (loop.IsWaiting && served == before) continue;
            isBusy = true;
            if (served == before) loop.TakeOver();
            _loops[i] = (loop, served);
        }

        return isBusy;
    }
}
