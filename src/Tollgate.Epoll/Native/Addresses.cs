using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Tollgate.Epoll.Native;

/// <summary><c>struct sockaddr_in</c> and <c>sockaddr_in6</c> (ip(7), ipv6(7)).</summary>
internal static class Addresses
{
    /// <summary>Bytes of the longer one.</summary>
    internal const int Largest = 28;

    private const int PortAt = 2;
    private const int V4At = 4;
    private const int V4Length = 16;
    private const int V6At = 8;
    private const int ScopeAt = 24;

    /// <summary>Null: it is of another family.</summary>
    internal static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[PortAt..]);
        return MemoryMarshal.Read<ushort>(address) switch
        {
            Libc.InternetV4 => new IPEndPoint(new IPAddress(address.Slice(V4At, 4)), port),
            Libc.InternetV6 => new IPEndPoint(new IPAddress(address.Slice(V6At, 16), MemoryMarshal.Read<uint>(address[ScopeAt..])), port),
            _ => null,
        };
    }

    /// <summary>Writes one; its length.</summary>
    internal static int Write(IPAddress address, int port, Span<byte> target)
    {
        target.Clear();
        var isV4 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        MemoryMarshal.Write(target, (ushort)FamilyOf(address));
        BinaryPrimitives.WriteUInt16BigEndian(target[PortAt..], (ushort)port);
        address.TryWriteBytes(target[(isV4 ? V4At : V6At)..], out _);
        if (isV4) return V4Length;
        MemoryMarshal.Write(target[ScopeAt..], (uint)address.ScopeId);
        return Largest;
    }

    internal static int FamilyOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? Libc.InternetV4 : Libc.InternetV6;
}
