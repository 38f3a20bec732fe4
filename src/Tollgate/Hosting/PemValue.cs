using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Telemetry;

namespace Tollgate.Hosting;

/// <summary>
/// What PEM texts hold, read again when one of them changes, on disk or by a reload of the configuration: looked at by a new connection, no
/// more than once a second. Texts that cannot be used, such as a certificate whose key has not been replaced yet, leave the last good one
/// in force. What stands in the configuration itself stays in memory; it is never written anywhere.
/// </summary>
/// <param name="read">Makes the value of the texts.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of texts that cannot be used.</param>
/// <param name="sources">Where they are now; null where the configuration in force has none any more.</param>
/// <param name="name">What to call a text of the configuration in the log.</param>
internal sealed class PemValue<T>(Func<IReadOnlyList<string>, T> read, TimeProvider time, ILogger logger, Func<PemSource[]?> sources, string name)
    where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile T? _value;
    private long _nextLook;
    private State[] _read = [];

    /// <summary>The value now.</summary>
    internal T Current
    {
        get
        {
            if (time.GetTimestamp() >= Volatile.Read(ref _nextLook)) Look();
            return _value!;
        }
    }

    /// <summary>Reads the texts for the first time. What is wrong with them, or null.</summary>
    internal string? Load()
    {
        lock (_lock) return Read(Now());
    }

    private void Look()
    {
        lock (_lock)
        {
            if (time.GetTimestamp() < _nextLook) return;

            _nextLook = time.GetTimestamp() + (long)(Interval.TotalSeconds * time.TimestampFrequency);
            var now = Now();
            if (now.Length == 0 || now.AsSpan().SequenceEqual(_read)) return;
            if (Read(now) is { } complaint) Log.CertificateRefused(logger, now[0].Source.File ?? name, complaint);
            else Log.CertificateLoaded(logger, now[0].Source.File ?? name);
        }
    }

    private string? Read(State[] now)
    {
        _read = now; // said once for each change
        try
        {
            _value = read(Array.ConvertAll(now, state => state.Source.Read()));
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message;
        }
    }

    private State[] Now() => Array.ConvertAll(sources() ?? [], State.Of);

    /// <summary>A text, and when its file was written; one that is not there has the oldest time of all.</summary>
    private readonly record struct State(PemSource Source, DateTime Written)
    {
        internal static State Of(PemSource source) => new(source, source.File is { } file ? new FileInfo(file).LastWriteTimeUtc : default);
    }
}
