namespace Tollgate.Epoll.Loops;

/// <summary>As epoll_ctl(2) numbers them.</summary>
internal static class EventFlags
{
    internal const uint Readable = 0x1;
    internal const uint Writable = 0x4;
    internal const uint Error = 0x8;
    internal const uint HungUp = 0x10;
    internal const uint OtherSideEnded = 0x2000;
    internal const uint EdgeTriggered = 1u << 31;

    /// <summary>Registered once: what changes is told, and nothing has to be asked for again.</summary>
    internal const uint All = Readable | Writable | OtherSideEnded | EdgeTriggered;
}
