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

/// <summary>TLS of a listener. The files are read again when they change, for the connections that come then.</summary>
/// <param name="CertificateFile">Absolute path of the certificate in PEM, followed by those between it and the root.</param>
/// <param name="KeyFile">Absolute path of its key in PEM, without a password.</param>
/// <param name="ClientCaFile">Absolute path of the certificates (PEM) that vouch for callers. Null: callers need no certificate.</param>
/// <param name="MinVersion">Oldest version taken: 1.2 or 1.3.</param>
public sealed record TlsConfig(string CertificateFile, string KeyFile, string? ClientCaFile, Version MinVersion)
{
    /// <summary>TLS 1.2 (RFC 5246).</summary>
    public static Version Tls12 { get; } = new(1, 2);

    /// <summary>TLS 1.3 (RFC 8446).</summary>
    public static Version Tls13 { get; } = new(1, 3);
}
