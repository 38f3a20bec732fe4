using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tollgate.Hosting;

/// <summary>Reads certificates in PEM (RFC 7468).</summary>
internal static class PemReader
{
    /// <summary>A certificate with its key, and those between it and the root.</summary>
    /// <param name="texts">The certificate and the key.</param>
    /// <exception cref="CryptographicException">The texts hold something else, or the key is another's.</exception>
    internal static SslStreamCertificateContext Certificate(IReadOnlyList<string> texts)
    {
        var leaf = X509Certificate2.CreateFromPem(texts[0], texts[1]);
        var others = new X509Certificate2Collection();
        others.ImportFromPem(texts[0]);
        others.RemoveAt(0); // the first is the leaf
        return SslStreamCertificateContext.Create(leaf, others, offline: true);
    }

    /// <summary>Certificates that vouch for others.</summary>
    /// <param name="texts">One text.</param>
    /// <exception cref="CryptographicException">It holds none.</exception>
    internal static X509Certificate2Collection Authorities(IReadOnlyList<string> texts)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(texts[0]);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
    }
}
