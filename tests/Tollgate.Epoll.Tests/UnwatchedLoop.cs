using Tollgate.Epoll.Loops;

namespace Tollgate.Epoll.Tests;

/// <summary>One loop that nobody watches: its thread leads it also when the machine holds it up, until the test has another one take over.</summary>
internal sealed class UnwatchedLoop : IDisposable
{
    private readonly LoopWatch _watch = new();

    public UnwatchedLoop() => Loop = new EventLoop(_watch, "loop");

    public EventLoop Loop { get; }

    public void Dispose()
    {
        _watch.Dispose();
        Loop.Dispose();
    }
}
