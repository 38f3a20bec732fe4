using System.Text;
using Tollgate.Configuration;

namespace Tollgate.Authentication.Jwt;

/// <summary>Where the keys of an issuer come from.</summary>
internal abstract class KeySource
{
    /// <summary>Largest set that is read.</summary>
    internal const int Largest = 1024 * 1024;

    /// <summary>For messages. Holds no secret.</summary>
    internal abstract string Name { get; }

    /// <summary>How often it is read again by itself.</summary>
    internal abstract TimeSpan Interval { get; }

    /// <summary>How often a token with an unknown key can have it read before its time.</summary>
    internal abstract TimeSpan Pause { get; }

    /// <summary>The set as text.</summary>
    /// <exception cref="IOException">It cannot be had.</exception>
    internal abstract Task<string> ReadAsync(CancellationToken cancellationToken);

    internal static KeySource Of(JwksSource source, HttpMessageInvoker transport) => source switch
    {
        { Url: { } url } => new UrlKeySource(url, transport),
        { File: { } file } => new FileKeySource(file),
        _ => new TextKeySource(source.Text ?? ""),
    };

    private sealed class FileKeySource(string file) : KeySource
    {
        internal override string Name => file;

        internal override TimeSpan Interval => TimeSpan.FromSeconds(2);

        internal override TimeSpan Pause => TimeSpan.FromSeconds(1);

        internal override Task<string> ReadAsync(CancellationToken cancellationToken) => new FileInfo(file) is { Exists: true, Length: > Largest }
            ? throw new IOException($"the key set is larger than {Largest} bytes")
            : File.ReadAllTextAsync(file, Encoding.UTF8, cancellationToken);
    }

    private sealed class TextKeySource(string text) : KeySource
    {
        internal override string Name => "the configuration";

        internal override TimeSpan Interval => Timeout.InfiniteTimeSpan;

        internal override TimeSpan Pause => TimeSpan.MaxValue;

        internal override Task<string> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(text);
    }
}
