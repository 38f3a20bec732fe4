using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using Tollgate.Hosting;

namespace Tollgate.Metering.Ledger;

/// <summary>
/// What is under way, in a file that is mapped into memory: a place for each request, from before its provider is called until its lines are
/// in the database. The pages belong to the system, so that what was written is there after the process was killed, at the price of a copy
/// in memory. See <c>docs/adr/0008-ledger.md</c>.
/// </summary>
/// <remarks>
/// A slot has two areas. A record goes into the one that is not in force, and then one store puts that in force: whenever the process dies,
/// one of them is whole. Each has a check sum, because after a failure of the machine pages may be of different ages.
/// </remarks>
internal sealed class SlotFile : IDisposable
{
    /// <summary>A record and the check sum before it.</summary>
    internal const int LargestFrame = AreaSize;

    /// <summary>Where a record begins in its frame.</summary>
    internal const int RecordAt = sizeof(uint);

    internal const int LargestRecord = AreaSize - RecordAt;

    private const int SlotSize = 2048;
    private const int HeadSize = 16;
    private const int AreaSize = (SlotSize - HeadSize) / 2;
    private const int Free = 0;

    private readonly FileStream _file;
    private readonly MappedBytes _bytes;
    private volatile bool _isClosed;

    private SlotFile(FileStream file, int count)
    {
        (_file, Count) = (file, count);
        using var map = MemoryMappedFile.CreateFromFile(file, null, (long)count * SlotSize, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _bytes = new MappedBytes(map, 0, (long)count * SlotSize);
    }

    internal int Count { get; }

    internal string Path => _file.Name;

    /// <summary>Opens or makes the file; null when another process has it. All of its room on disk is taken now: a mapped page without any would kill the process.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static SlotFile? TryOpen(string path, int slots)
    {
        FileStream file;
        try
        {
            file = Open(path, slots);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }

        try
        {
            var size = Math.Max(file.Length, (long)slots * SlotSize) / SlotSize * SlotSize;
            if (file.Length < size) Fill(file, size);
            return new SlotFile(file, (int)(size / SlotSize));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Puts a record into a slot.</summary>
    /// <param name="slot">Its number.</param>
    /// <param name="record">At most <see cref="LargestRecord"/> bytes.</param>
    /// <param name="isSettled">True: the request has ended, and this is what it used.</param>
    internal void Write(int slot, ReadOnlySpan<byte> record, bool isSettled)
    {
        Span<byte> frame = stackalloc byte[RecordAt + record.Length];
        record.CopyTo(frame[RecordAt..]);
        WriteFrame(slot, frame, isSettled);
    }

    /// <summary>The same of a record that was written behind the room for its check sum.</summary>
    internal void WriteFrame(int slot, Span<byte> frame, bool isSettled)
    {
        if (_isClosed) return; // a request that outlived the process's end; what it left before is there
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Sum(frame[RecordAt..]));
        var place = Place(slot);
        var state = place[0];
        var area = state != Free && AreaOf(state) == 0 ? 1 : 0;
        frame.CopyTo(place[AreaStart(area)..]);
        BinaryPrimitives.WriteInt32LittleEndian(place[LengthAt(area)..], frame.Length - RecordAt);
        Publish(slot, (byte)(1 + area + (isSettled ? 2 : 0)));
    }

    /// <summary>Makes a slot free.</summary>
    internal void Clear(int slot) => Publish(slot, Free);

    /// <summary>The records that a process before this one left, each with whether it was settled. What is damaged is left out.</summary>
    internal IEnumerable<(byte[] Record, bool IsSettled)> ReadAll()
    {
        for (var slot = 0; slot < Count; slot++)
        {
            var state = Place(slot)[0];
            if (state is 0 or > 4) continue;
            if (Read(slot, AreaOf(state)) is { } record) yield return (record, state > 2);
        }
    }

    /// <summary>Makes all slots free.</summary>
    internal void ClearAll()
    {
        for (var slot = 0; slot < Count; slot++) Clear(slot);
    }

    /// <summary>Brings what was written so far to the disk.</summary>
    internal void Sync() => _bytes.Flush();

    public void Dispose()
    {
        _isClosed = true;
        _bytes.Dispose();
        _file.Dispose();
    }

    /// <summary>Closes it while requests may be under way that would write to it.</summary>
    internal void Leave()
    {
        _isClosed = true;
        _bytes.Abandon();
        _file.Dispose();
    }

    private static FileStream Open(string path, int slots)
    {
        var options = new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (File.Exists(path)) return new FileStream(path, options);
        options.Mode = FileMode.CreateNew;
        options.PreallocationSize = (long)slots * SlotSize;
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static void Fill(FileStream file, long size)
    {
        file.Position = file.Length;
        var zeros = new byte[64 * 1024];
        while (file.Position < size) file.Write(zeros, 0, (int)Math.Min(zeros.Length, size - file.Position));
        file.Flush();
    }

    private void Publish(int slot, byte state)
    {
        if (_isClosed) return;

        // The record is there before its state says so, for the compiler and the processor; between processes memory is one.
        Volatile.Write(ref MemoryMarshal.GetReference(Place(slot)), state);
    }

    private byte[]? Read(int slot, int area)
    {
        var place = Place(slot);
        var length = BinaryPrimitives.ReadInt32LittleEndian(place[LengthAt(area)..]);
        if (length is <= 0 or > LargestRecord) return null;
        var framed = place.Slice(AreaStart(area), RecordAt + length);
        var record = framed[RecordAt..].ToArray();
        return BinaryPrimitives.ReadUInt32LittleEndian(framed) == Sum(record) ? record : null;
    }

    private static int AreaOf(byte state) => (state - 1) & 1;

    private static int AreaStart(int area) => HeadSize + (area * AreaSize);

    private static int LengthAt(int area) => sizeof(int) + (area * sizeof(int));

    private Span<byte> Place(int slot) => _bytes.At((long)slot * SlotSize, SlotSize);

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = ~0u;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) sum = BitOperations.Crc32C(sum, b);
        return ~sum;
    }
}
