using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>How a provider's certificate is checked where the system's own way does not fit, and what the gateway shows of itself.</summary>
public sealed record UpstreamTlsConfig
{
    /// <summary>Certificates (PEM) that may vouch for the provider instead of the system's. Null: the system's.</summary>
    public string? AuthoritiesPem { get; init; }

    /// <summary>Name that is sent (SNI) and must be in the certificate. Null: the URL's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Names of which the certificate must have one; <see cref="ServerName"/> is then only sent. Null: the name that is sent.</summary>
    public CertificateNames? SubjectAltNames { get; init; }

    /// <summary>True: the certificate is not checked at all.</summary>
    public bool Insecure { get; init; }

    /// <summary>Oldest version taken. Null: the system's choice.</summary>
    public Version? MinVersion { get; init; }

    /// <summary>Certificate (PEM) that the gateway shows, followed by those between it and the root. Null: none.</summary>
    public string? CertificatePem { get; init; }

    /// <summary>Its key (PEM, without a password).</summary>
    public Secret? KeyPem { get; init; }
}

/// <summary>Names that a certificate may have: of hosts, or URIs such as <c>spiffe://my.org/model</c>.</summary>
/// <remarks>Two are equal when they hold the same names, so that a reload goes on with the connections that there are.</remarks>
public sealed class CertificateNames(ImmutableArray<string> names) : IEquatable<CertificateNames>
{
    /// <summary>The names; never empty.</summary>
    public ImmutableArray<string> Names => names;

    /// <inheritdoc/>
    public bool Equals(CertificateNames? other) => other is not null && names.AsSpan().SequenceEqual(other.Names.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CertificateNames);

    /// <inheritdoc/>
    public override int GetHashCode() => names[0].GetHashCode(StringComparison.Ordinal);
}
