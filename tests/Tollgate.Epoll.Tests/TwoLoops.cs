using Tollgate.Epoll.Loops;

namespace Tollgate.Epoll.Tests;

/// <summary>Two loops of a group, among which nobody divides anything by himself.</summary>
internal sealed class TwoLoops : IDisposable
{
    private readonly LoopWatch _watch = new();

    public TwoLoops()
    {
        First = new EventLoop(_watch, "first", 0);
        Second = new EventLoop(_watch, "second", 1);
        _watch.Start(All);
    }

    public EventLoop First { get; }

    public EventLoop Second { get; }

    public EventLoop[] All => [First, Second];

    public void Dispose()
    {
        _watch.Dispose();
        First.Dispose();
        Second.Dispose();
    }
}
