using System.Net.Sockets;

namespace Tollgate.Epoll.Native;

/// <summary>Errors of system calls as .NET names them.</summary>
internal static class SocketErrors
{
    /// <param name="error">As the kernel numbers it (errno(3)).</param>
    internal static SocketException Exception(int error) => new((int)Name(error));

    private static SocketError Name(int error) => error switch
    {
        Libc.BadDescriptor or Libc.Cancelled => SocketError.OperationAborted,
        13 => SocketError.AccessDenied,
        23 or 24 => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown,
        97 => SocketError.AddressFamilyNotSupported,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        105 => SocketError.NoBufferSpaceAvailable,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
