namespace Tollgate.Configuration;

/// <summary>How a provider's certificate is checked where the system's own way does not fit, and what the gateway shows of itself.</summary>
public sealed record UpstreamTlsConfig
{
    /// <summary>Certificates (PEM) that may vouch for the provider instead of the system's. Null: the system's.</summary>
    public string? AuthoritiesPem { get; init; }

    /// <summary>Name that is sent (SNI) and must be in the certificate. Null: the URL's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>True: the certificate is not checked at all.</summary>
    public bool Insecure { get; init; }

    /// <summary>Oldest version taken. Null: the system's choice.</summary>
    public Version? MinVersion { get; init; }

    /// <summary>Certificate (PEM) that the gateway shows, followed by those between it and the root. Null: none.</summary>
    public string? CertificatePem { get; init; }

    /// <summary>Its key (PEM, without a password).</summary>
    public Secret? KeyPem { get; init; }
}
