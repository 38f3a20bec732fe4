using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;

namespace Tollgate.Hosting;

/// <summary>TLS of one listener: each new connection gets the certificate of its moment, from its file or from the configuration then in force.</summary>
internal sealed class ListenerTls
{
    private static readonly List<SslApplicationProtocol> Versions = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly PemValue<SslStreamCertificateContext> _certificate;
    private readonly PemValue<X509Certificate2Collection>? _authorities;
    private readonly SslProtocols _protocols;

    /// <param name="address">Where it listens, with TLS.</param>
    /// <param name="now">TLS of that address in the configuration in force; null when it has none there any more.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of certificates.</param>
    /// <exception cref="ConfigurationException">The files hold something else.</exception>
    internal ListenerTls(ListenAddress address, Func<TlsConfig?> now, TimeProvider time, ILogger logger)
    {
        var tls = address.Tls!;
        _certificate = new(PemReader.Certificate, time, logger, () => now() is { } current ? [current.Certificate, current.Key] : null, $"tls.cert of {address}");
        _authorities = tls.ClientCa is null ? null : new(PemReader.Authorities, time, logger, () => now()?.ClientCa is { } current ? [current] : null, $"tls.clientCa of {address}");
        _protocols = tls.MinVersion == TlsConfig.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;
        if (_certificate.Load() is { } broken) throw new ConfigurationException([new ConfigProblem(address.Place, $"tls of {address}: {broken}: cert must hold a certificate and key its key, both in PEM")]);
        if (_authorities?.Load() is { } unread) throw new ConfigurationException([new ConfigProblem(address.Place, $"tls of {address}: {unread}: clientCa must hold certificates in PEM")]);
    }

    internal void Apply(ListenOptions options)
    {
        options.Protocols = HttpProtocols.Http1AndHttp2;
        options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Options()) });
    }

    private SslServerAuthenticationOptions Options()
    {
        var authorities = _authorities?.Current;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _certificate.Current,
            EnabledSslProtocols = _protocols,
            ApplicationProtocols = Versions,
            ClientCertificateRequired = authorities is not null,
            RemoteCertificateValidationCallback = authorities is null ? null : (_, certificate, _, _) => certificate is X509Certificate2 shown && IsVouchedFor(shown, authorities),
        };
    }

    // Only the operator's authorities count, not the machine's. There is no list of revoked ones to ask: short lives are.
    private static bool IsVouchedFor(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.2")); // TLS client authentication
        return chain.Build(certificate);
    }
}
