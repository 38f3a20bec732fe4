using System.IO.MemoryMappedFiles;

namespace Tollgate.Hosting;

/// <summary>
/// A part of a file that is mapped into memory, as spans. The framework's accessor takes and returns a reference for each value, at a place in memory
/// that all threads write to then; requests write several values each.
/// </summary>
internal sealed unsafe class MappedBytes : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _isReleased;

    /// <param name="map">The file.</param>
    /// <param name="offset">Where the part begins in it.</param>
    /// <param name="length">How many bytes.</param>
    internal MappedBytes(MemoryMappedFile map, long offset, long length)
    {
        Length = length;
        _view = map.CreateViewAccessor(offset, length);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + _view.PointerOffset; // a view begins with its page
    }

    internal long Length { get; }

    /// <summary>Some of it. Nobody may use it any more when <see cref="Dispose"/> has been called.</summary>
    internal Span<byte> At(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((ulong)start > (ulong)(Length - length)) throw new ArgumentOutOfRangeException(nameof(start), start, "not within the part that is mapped");
        return new Span<byte>(_start + start, length);
    }

    /// <summary>Brings what was written so far to the disk.</summary>
    internal void Flush() => _view.Flush();

    /// <summary>For a part that somebody may still write to: it stays mapped until the process ends.</summary>
    internal void Abandon()
    {
        if (_isReleased) return;
        _isReleased = true;
        _view.Dispose();
    }

    public void Dispose()
    {
        if (_isReleased) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        Abandon();
    }
}
