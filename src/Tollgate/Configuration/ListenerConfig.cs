namespace Tollgate.Configuration;

/// <summary>An address to listen on.</summary>
/// <param name="Host">An IP address, <c>localhost</c>, or <c>*</c> for every address.</param>
/// <param name="Port">0 picks a free one.</param>
public sealed record ListenAddress(string Host, int Port)
{
    /// <summary><c>127.0.0.1:1975</c></summary>
    public static ListenAddress DefaultClients { get; } = new("127.0.0.1", 1975);

    /// <summary><c>127.0.0.1:1064</c></summary>
    public static ListenAddress DefaultAdmin { get; } = new("127.0.0.1", 1064);

    /// <summary>Null: clear text.</summary>
    public TlsConfig? Tls { get; init; }

    /// <summary>True: clear text is HTTP/2 from its first byte (h2c with prior knowledge). With TLS, client and gateway agree on the version anyway.</summary>
    public bool Http2 { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>TLS of a listener. What changes, in files or in the configuration, counts for the connections that come then.</summary>
/// <param name="Certificate">The certificate, followed by those between it and the root.</param>
/// <param name="Key">Its key, without a password.</param>
/// <param name="ClientCa">The certificates that vouch for callers. Null: callers need no certificate.</param>
/// <param name="MinVersion">Oldest version taken: 1.2 or 1.3.</param>
public sealed record TlsConfig(PemSource Certificate, PemSource Key, PemSource? ClientCa, Version MinVersion)
{
    /// <summary>TLS 1.2 (RFC 5246).</summary>
    public static Version Tls12 { get; } = new(1, 2);

    /// <summary>TLS 1.3 (RFC 8446).</summary>
    public static Version Tls13 { get; } = new(1, 3);
}

/// <summary>Something in PEM (RFC 7468): in a file that is read again when it changes, or in the configuration itself, and then in memory only. One of them.</summary>
/// <param name="File">Absolute path.</param>
/// <param name="Text">The PEM itself.</param>
public sealed record PemSource(string? File, Secret? Text)
{
    /// <summary>What it holds now.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal string Read() => Text?.Reveal() ?? System.IO.File.ReadAllText(File!);
}
