using System.Text;
using Tollgate.Configuration;

namespace Tollgate.Credentials;

/// <summary>Reads a secret; one that lies in a file is read again when the file changes, looked at no more than once a second.</summary>
internal sealed class SecretReader(SecretSource source, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private string? _value = source.Value?.Reveal();
    private DateTime _written;
    private long _nextLook;

    /// <summary>The secret. The same string object comes back as long as it did not change.</summary>
    /// <exception cref="IOException">The file was never readable.</exception>
    internal string Read()
    {
        if (source.File is null) return _value!;
        if (_value is not null && time.GetTimestamp() < Volatile.Read(ref _nextLook)) return _value;
        lock (_lock) return Look(source.File);
    }

    private string Look(string file)
    {
        _nextLook = time.GetTimestamp() + (long)(Interval.TotalSeconds * time.TimestampFrequency);
        try
        {
            var written = File.GetLastWriteTimeUtc(file);
            if (_value is not null && written == _written) return _value;
            var text = File.ReadAllText(file, Encoding.UTF8).Trim();
            if (text.Length == 0 && _value is not null) return _value;
            _written = written;
            return _value = text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && _value is not null)
        {
            // A secret that is being replaced may be gone for a moment: the last one goes on.
            return _value;
        }
    }
}
