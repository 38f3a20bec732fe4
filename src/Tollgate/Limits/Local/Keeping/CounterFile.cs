using System.Globalization;
using System.IO.MemoryMappedFiles;
using Tollgate.Hosting;

namespace Tollgate.Limits.Local.Keeping;

/// <summary>
/// Counters in a file that is mapped into memory, so that they outlive the process however it ends, at the price of a store to memory each. It
/// grows when there are more counters; its room on disk is taken then, because a mapped page that finds none would kill the process. See
/// <c>docs/adr/0009-counters-that-outlive-the-process.md</c>. Whoever holds the counters' lock may use it.
/// </summary>
internal sealed class CounterFile : IDisposable
{
    /// <summary>What files of counters are called.</summary>
    internal const string Pattern = "limits-*.counters";

    /// <summary>Counters that a file holds at most: 128 MiB.</summary>
    internal const int Most = 131_072;

    /// <summary>By how many counters it grows: 256 KiB.</summary>
    private const int Step = 256;
    private const int MostFiles = 64;

    private readonly FileStream _file;
    private readonly FileStream _claim;
    private readonly List<MappedBytes> _parts = [];
    private readonly Stack<CounterRecord> _free = [];

    private CounterFile(FileStream file, FileStream claim) => (_file, _claim) = (file, claim);

    internal string Path => _file.Name;

    internal bool IsClosed { get; private set; }

    /// <summary>Counters that found no room, or whose names are too long.</summary>
    internal long Left { get; private set; }

    /// <summary>Takes the first file of a folder that no process has, or makes one.</summary>
    /// <exception cref="IOException">None can be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">None may be made there.</exception>
    internal static CounterFile Claim(string folder)
    {
        for (var number = 0; number < MostFiles; number++)
        {
            var path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"limits-{number}.counters"));
            if (TryClaim(path) is { } claim) return new CounterFile(Open(path, FileAccess.ReadWrite, FileShare.ReadWrite), claim);
        }

        throw new IOException($"{MostFiles} processes have files of counters there");
    }

    /// <summary>What the file holds, as it was left: each with its place, so that it can go on there.</summary>
    internal IEnumerable<(KeptCounter Counter, CounterRecord Record)> ReadOwn()
    {
        for (var start = 0L; start + CounterRecord.Size <= _file.Length; start += Step * CounterRecord.Size) Map(start, isNew: false);
        foreach (var part in _parts)
        {
            for (var i = 0; i < Step; i++)
            {
                var record = new CounterRecord(part, i * CounterRecord.Size);
                if (record.Read() is { } counter) yield return (counter, record);
                else _free.Push(record);
            }
        }
    }

    /// <summary>What another file holds, whether its process lives or not.</summary>
    internal static IEnumerable<KeptCounter> ReadOther(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, CounterRecord.Size * Step);
        var bytes = new byte[CounterRecord.Size];
        while (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length)
        {
            if (CounterRecord.Read(bytes) is { } counter) yield return counter;
        }
    }

    /// <summary>Deletes a file whose process has ended.</summary>
    internal static void DeleteIfLeft(string path)
    {
        using var claim = TryClaim(path);
        if (claim is not null) File.Delete(path);
    }

    /// <summary>A place for a counter; null when there is none, which is counted.</summary>
    internal CounterRecord? TryAdd(string name, CounterWindow window, string subject, bool isRest)
    {
        if (IsClosed) return null;
        if (_free.Count == 0) TryGrow();
        if (_free.TryPop(out var record) && record.TryName(name, window, subject, isRest)) return record;
        if (record is not null) _free.Push(record);
        Left++;
        return null;
    }

    /// <summary>Gives a place back: its counter has nothing to tell any more.</summary>
    internal void Release(CounterRecord record)
    {
        if (IsClosed) return;
        record.Clear();
        _free.Push(record);
    }

    public void Dispose()
    {
        IsClosed = true;
        foreach (var part in _parts) part.Dispose();
        _file.Dispose();
        _claim.Dispose();
    }

    /// <summary>A file beside it says that it is taken, because others may read it while it is.</summary>
    private static FileStream? TryClaim(string path)
    {
        var claim = System.IO.Path.ChangeExtension(path, ".lock");
        try
        {
            return Open(claim, FileAccess.Write, FileShare.None);
        }
        catch (IOException) when (File.Exists(claim))
        {
            return null;
        }
    }

    /// <summary>Who used how much is nobody else's business.</summary>
    private static FileStream Open(string path, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private void TryGrow()
    {
        var start = _file.Length;
        if (start >= (long)Most * CounterRecord.Size) return;
        try
        {
            _file.Position = start;
            _file.Write(new byte[Step * CounterRecord.Size]);
            _file.Flush();
            Map(start, isNew: true);
        }
        catch (IOException)
        {
            _file.SetLength(start); // a full disk: a request that is over must not fail by it
        }
    }

    private void Map(long start, bool isNew)
    {
        if (start + (Step * CounterRecord.Size) > _file.Length) _file.SetLength(start + (Step * CounterRecord.Size));
        using var map = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        var part = new MappedBytes(map, start, Step * CounterRecord.Size);
        _parts.Add(part);
        for (var i = Step - 1; isNew && i >= 0; i--) _free.Push(new CounterRecord(part, i * CounterRecord.Size));
    }
}
