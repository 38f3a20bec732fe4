using System.Runtime.InteropServices;

namespace Tollgate.Epoll.Native;

/// <summary>The system calls (man pages of section 2). Numbers are those of Linux on x64 and arm64.</summary>
internal static unsafe partial class Libc
{
    internal const int Again = 11;
    internal const int Interrupted = 4;
    internal const int BadDescriptor = 9;
    internal const int Cancelled = 125;
    internal const int InProgress = 115;

    internal const int InternetV4 = 2;
    internal const int InternetV6 = 10;

    private const string Library = "libc";
    private const int StreamSocket = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int More = 0x8000;
    private const int LevelSocket = 1;
    private const int LevelTcp = 6;
    private const int NoDelay = 1;
    private const int PendingError = 4;
    private const int Linger = 13;

    /// <summary>Bytes received; 0: the other side has ended; below 0: the error, negated.</summary>
    internal static int Receive(SocketHandle socket, Span<byte> target)
    {
        fixed (byte* start = target)
        {
            try
            {
                while (true)
                {
                    var read = (int)recv(socket, start, target.Length, 0);
                    if (read >= 0) return read;
                    var error = Marshal.GetLastPInvokeError();
                    if (error != Interrupted) return -error;
                }
            }
            catch (ObjectDisposedException)
            {
                return -BadDescriptor;
            }
        }
    }

    /// <summary>Bytes that the kernel took; below 0: the error, negated.</summary>
    internal static int Send(SocketHandle socket, ReadOnlySpan<byte> source, bool isMoreToCome = false)
    {
        fixed (byte* start = source)
        {
            try
            {
                while (true)
                {
                    var sent = (int)send(socket, start, source.Length, NoSignal | (isMoreToCome ? More : 0));
                    if (sent >= 0) return sent;
                    var error = Marshal.GetLastPInvokeError();
                    if (error != Interrupted) return -error;
                }
            }
            catch (ObjectDisposedException)
            {
                return -BadDescriptor;
            }
        }
    }

    /// <summary>Bytes that wait to be received, one at most; 0: the other side has ended; below 0: the error, negated.</summary>
    internal static int Peek(SocketHandle socket)
    {
        const int peek = 2;
        byte one;
        try
        {
            var waiting = (int)recv(socket, &one, 1, peek);
            return waiting >= 0 ? waiting : -Marshal.GetLastPInvokeError();
        }
        catch (ObjectDisposedException)
        {
            return -BadDescriptor;
        }
    }

    /// <summary>A connection that came; below 0: the error, negated.</summary>
    /// <param name="listener">A listening socket that does not block.</param>
    /// <param name="address">The caller's, of 28 bytes at least.</param>
    internal static int Accept(SafeHandle listener, Span<byte> address)
    {
        fixed (byte* start = address)
        {
            var length = address.Length;
            var socket = accept4(listener, start, &length, NonBlocking | CloseOnExec);
            return socket >= 0 ? socket : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Another descriptor for the same socket.</summary>
    internal static int Duplicate(int descriptor)
    {
        const int duplicateCloseOnExec = 1030;
        return fcntl(descriptor, duplicateCloseOnExec, 0);
    }

    /// <summary>A socket that does not block; below 0: the error, negated.</summary>
    internal static int OpenSocket(int family)
    {
        var opened = socket(family, StreamSocket | NonBlocking | CloseOnExec, 0);
        return opened >= 0 ? opened : -Marshal.GetLastPInvokeError();
    }

    /// <summary>0, or the error, negated; <see cref="InProgress"/> as a rule.</summary>
    internal static int Connect(SocketHandle socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address) return connect(socket, start, address.Length) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }

    /// <summary>The error that a connection met, 0 without one.</summary>
    internal static int TakeError(SocketHandle socket)
    {
        var error = 0;
        var length = sizeof(int);
        return getsockopt(socket, LevelSocket, PendingError, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    /// <summary>Small writes go out at once.</summary>
    internal static void DoNotDelay(SocketHandle socket)
    {
        var on = 1;
        _ = setsockopt(socket, LevelTcp, NoDelay, &on, sizeof(int));
    }

    /// <summary>The other side is told that it was broken off, not that all is said.</summary>
    internal static void ResetWhenClosed(SocketHandle socket)
    {
        var atOnce = stackalloc int[2] { 1, 0 };
        _ = setsockopt(socket, LevelSocket, Linger, atOnce, 2 * sizeof(int));
    }

    /// <summary>Nothing is sent or received any more.</summary>
    internal static void ShutDown(SocketHandle socket)
    {
        const int both = 2;
        _ = shutdown(socket, both);
    }

    /// <summary>This side's address; its length.</summary>
    internal static int OwnAddress(SocketHandle socket, Span<byte> address)
    {
        fixed (byte* start = address)
        {
            var length = address.Length;
            return getsockname(socket, start, &length) == 0 ? length : 0;
        }
    }

    /// <summary>Nanoseconds of CPU that a thread of this process has had (clock_gettime(2), with the number that pthread_getcpuclockid(3) gives); 0: there is none.</summary>
    /// <param name="thread">Its <see cref="ThreadId"/>.</param>
    internal static long CpuOf(int thread)
    {
        const int perThread = 4;
        const int scheduled = 2;
        var time = stackalloc long[2];
        return clock_gettime((~thread << 3) | perThread | scheduled, time) == 0 ? (time[0] * 1_000_000_000) + time[1] : 0;
    }

    /// <summary>The kernel's number of the calling thread (gettid(2), which glibc has as a function since 2.30 only).</summary>
    internal static int ThreadId()
    {
        const int onX64 = 186;
        const int onArm64 = 178;
        return (int)syscall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? onX64 : onArm64);
    }

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(SafeHandle epoll, int operation, SafeHandle descriptor, byte* entry);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_wait(SafeHandle epoll, byte* events, int most, int timeout);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint value, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(SafeHandle descriptor, byte* source, nint length);

    [LibraryImport(Library)]
    internal static partial int close(nint descriptor);

    [LibraryImport(Library)]
    private static partial nint syscall(nint number);

    [LibraryImport(Library)]
    private static partial int clock_gettime(int clock, long* time);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint recv(SocketHandle socket, byte* target, nint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint send(SocketHandle socket, byte* source, nint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int accept4(SafeHandle socket, byte* address, int* length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int value);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int connect(SocketHandle socket, byte* address, int length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int getsockopt(SocketHandle socket, int level, int option, int* value, int* length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int setsockopt(SocketHandle socket, int level, int option, int* value, int length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int shutdown(SocketHandle socket, int how);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int getsockname(SocketHandle socket, byte* address, int* length);
}
