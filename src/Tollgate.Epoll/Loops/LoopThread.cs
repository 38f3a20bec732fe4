using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Loops;

/// <summary>A thread that leads a loop when it is called to.</summary>
#pragma warning disable CA1001 // It lives as long as its thread, which ends with the loop; the event goes with it.
internal sealed class LoopThread
#pragma warning restore CA1001
{
    private readonly AutoResetEvent _called = new(false);
    private EventBatch? _left;
    private volatile int _id;

    internal LoopThread(EventLoop loop, string name)
    {
        Loop = loop;
        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
    }

    internal EventLoop Loop { get; }

    /// <summary>Nanoseconds of CPU that it has had.</summary>
    internal long Cpu => _id is > 0 and var id ? Libc.CpuOf(id) : 0;

    /// <summary>What it works on while it leads. Not used twice: who takes over may still read the one before.</summary>
    internal EventBatch? Batch { get; private set; }

    /// <summary>It leads from now on.</summary>
    /// <param name="left">What the one before has not come to.</param>
    internal void Call(EventBatch? left)
    {
        _left = left;
        Batch = new EventBatch();
        _called.Set();
    }

    private void Run()
    {
        _id = Libc.ThreadId();
        while (true)
        {
            _called.WaitOne();
            if (!Loop.Lead(this, _left)) return;
        }
    }
}
