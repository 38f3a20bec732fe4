using Tollgate.Epoll.Dialing;
using Tollgate.Epoll.Loops;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>Which sockets the tests of upstream connections use here.</summary>
internal static class Wires
{
    private static readonly LoopGroup Loops = new(2);

    internal static WireOpener? Opener { get; } = new EpollOpener(Loops);
}
