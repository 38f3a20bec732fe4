using Microsoft.Win32.SafeHandles;

namespace Tollgate.Epoll.Native;

/// <summary>A descriptor of a socket, of epoll or of an event. It is closed when the last call that uses it has returned.</summary>
internal sealed class SocketHandle : SafeHandleMinusOneIsInvalid
{
    internal SocketHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => Libc.close(handle) == 0;
}
