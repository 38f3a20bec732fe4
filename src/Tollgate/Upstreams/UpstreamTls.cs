using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Tollgate.Configuration;

namespace Tollgate.Upstreams;

/// <summary>TLS towards providers whose certificates are checked in a way of their own.</summary>
internal static class UpstreamTls
{
    internal static SslClientAuthenticationOptions Options(UpstreamTlsConfig tls)
    {
        var options = new SslClientAuthenticationOptions { EnabledSslProtocols = Protocols(tls.MinVersion) };
        if (tls.CertificatePem is { } certificate && tls.KeyPem is { } key) options.ClientCertificateContext = Own(certificate, key);
        if (tls.Insecure)
        {
#pragma warning disable CA5359 // what the operator wrote insecure: true for
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.AuthoritiesPem is { } pem)
        {
            options.CertificateChainPolicy = Trusting(pem);
        }

        if (tls.SubjectAltNames is { } names) options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsOneOf(names, certificate, errors);
        return options;
    }

    // Whoever vouches for it is checked as ever; only the name is another.
    private static bool IsOneOf(CertificateNames names, X509Certificate? shown, SslPolicyErrors errors)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None || shown is not X509Certificate2 certificate) return false;
        return names.Names.Any(name => name.Contains("://", StringComparison.Ordinal) ? SubjectUris.Of(certificate).Contains(name, StringComparer.Ordinal) : certificate.MatchesHostname(name, allowCommonName: false));
    }

    private static X509ChainPolicy Trusting(string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy;
    }

    private static SslStreamCertificateContext Own(string certificate, Secret key)
    {
        var rest = new X509Certificate2Collection();
        rest.ImportFromPem(certificate);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificate, key.Reveal()), [.. rest.Skip(1)], offline: true);
    }

    private static SslProtocols Protocols(Version? oldest) => oldest switch
    {
        null => SslProtocols.None,
        { Minor: 3 } => SslProtocols.Tls13,
        _ => SslProtocols.Tls12 | SslProtocols.Tls13,
    };
}
