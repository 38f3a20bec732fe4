using Tollgate.Epoll.Loops;

namespace Tollgate.Epoll.Tests;

/// <summary>One loop, and what watches it.</summary>
internal sealed class OneLoop : IDisposable
{
    private readonly LoopWatch _watch = new();

    public OneLoop()
    {
        Loop = new EventLoop(_watch, "loop");
        _watch.Start([Loop]);
    }

    public EventLoop Loop { get; }

    public void Dispose()
    {
        _watch.Dispose();
        Loop.Dispose();
    }
}
