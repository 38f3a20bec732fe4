using System.Buffers.Binary;
using System.Net.Sockets;

namespace Tollgate.Bench.Wire;

/// <summary>
/// What Linux counts for a TCP connection (<c>struct tcp_info</c> of <c>linux/tcp.h</c>). A write without Nagle's algorithm to an idle loopback connection is a
/// segment, so that the segments tell how many writes a proxy makes for a request, without a trace of its system calls.
/// </summary>
internal static class TcpCounters
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int DataSegmentsIn = 152;

    internal static long SegmentsReceived(Socket socket)
    {
        Span<byte> info = stackalloc byte[256];
        var length = socket.GetRawSocketOption(Tcp, TcpInfo, info);
        return length >= DataSegmentsIn + sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(info[DataSegmentsIn..]) : throw new PlatformNotSupportedException("this kernel does not count TCP segments");
    }
}
