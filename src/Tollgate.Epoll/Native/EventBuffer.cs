using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tollgate.Epoll.Native;

/// <summary>An array of <c>struct epoll_event</c>, which is packed on x64 and nowhere else (epoll_ctl(2)).</summary>
internal sealed unsafe class EventBuffer(int capacity)
{
    /// <summary>Bytes of an entry.</summary>
    internal static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataAt = Stride - sizeof(ulong);

    private readonly byte[] _entries = GC.AllocateArray<byte>(capacity * Stride, pinned: true);

    /// <summary>Where the kernel reads and writes; valid as long as this object is held.</summary>
    internal byte* Start => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_entries));

    internal int Capacity => capacity;

    internal uint Flags(int index) => MemoryMarshal.Read<uint>(_entries.AsSpan(index * Stride));

    internal ulong Data(int index) => MemoryMarshal.Read<ulong>(_entries.AsSpan((index * Stride) + DataAt));

    /// <summary>Writes an entry that stands alone.</summary>
    internal static void Write(Span<byte> entry, uint flags, ulong data)
    {
        MemoryMarshal.Write(entry, flags);
        MemoryMarshal.Write(entry[DataAt..], data);
    }
}
