using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tollgate.Telemetry;

namespace Tollgate.Hosting;

/// <summary>
/// What files hold, read again when one of them changes: looked at by a new connection, no more than once a second. Files that cannot be
/// used, such as a certificate whose key has not been replaced yet, leave the last good one in force.
/// </summary>
/// <param name="read">Makes the value of the files.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of files that cannot be used.</param>
/// <param name="files">Their paths.</param>
internal sealed class PemFiles<T>(Func<IReadOnlyList<string>, T> read, TimeProvider time, ILogger logger, params string[] files)
    where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile T? _value;
    private long _nextLook;
    private DateTime[] _written = [];

    /// <summary>The value now.</summary>
    internal T Current
    {
        get
        {
            if (time.GetTimestamp() >= Volatile.Read(ref _nextLook)) Look();
            return _value!;
        }
    }

    /// <summary>Reads the files for the first time. What is wrong with them, or null.</summary>
    internal string? Load()
    {
        lock (_lock) return Read(Written());
    }

    private void Look()
    {
        lock (_lock)
        {
            if (time.GetTimestamp() < _nextLook) return;

            _nextLook = time.GetTimestamp() + (long)(Interval.TotalSeconds * time.TimestampFrequency);
            var written = Written();
            if (written.AsSpan().SequenceEqual(_written)) return;
            if (Read(written) is { } complaint) Log.CertificateRefused(logger, files[0], complaint);
            else Log.CertificateLoaded(logger, files[0]);
        }
    }

    private string? Read(DateTime[] written)
    {
        _written = written; // said once for each change
        try
        {
            _value = read(files);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message;
        }
    }

    // A file that is not there has the oldest time of all.
    private DateTime[] Written() => Array.ConvertAll(files, file => new FileInfo(file).LastWriteTimeUtc);
}
