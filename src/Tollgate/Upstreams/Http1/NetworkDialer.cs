using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Tollgate.Configuration;

namespace Tollgate.Upstreams.Http1;

/// <summary>Over TCP, with TLS where the destination has a server name.</summary>
/// <param name="timeout">For both together.</param>
/// <param name="tls">How certificates are checked; null: the system's way.</param>
/// <param name="opener">Opens what lies below; null: .NET's sockets.</param>
internal sealed class NetworkDialer(TimeSpan timeout, UpstreamTlsConfig? tls, WireOpener? opener = null) : Dialer
{
    private readonly WireOpener _opener = opener ?? new SocketOpener();

    // Once: reading certificates takes longer than a handshake, and a client's own are kept for resuming sessions.
    private readonly SslClientAuthenticationOptions _tls = tls is null ? new() : UpstreamTls.Options(tls);

    internal override async ValueTask<Wire> ConnectAsync(Destination to, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        Wire? wire = null;
        try
        {
            wire = await _opener.ConnectAsync(to.Host, to.Port, limit.Token).ConfigureAwait(false);
            return to.ServerName is { } name ? new StreamWire(await EncryptAsync(new WireStream(wire), name, limit.Token).ConfigureAwait(false), wire) : wire;
        }
        catch (Exception e)
        {
            wire?.Dispose();
            if (limit.IsCancellationRequested) throw new OperationCanceledException(e.Message, e, cancellationToken.IsCancellationRequested ? cancellationToken : limit.Token);
            if (e is SocketException unreachable) throw new HttpRequestException(KindOf(unreachable), "there is no connection", e);
            throw;
        }
    }

    private async ValueTask<Stream> EncryptAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(OptionsFor(name), cancellationToken).ConfigureAwait(false);
            return encrypted;
        }
        catch (Exception e)
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            if (e is AuthenticationException or IOException && !cancellationToken.IsCancellationRequested) throw new HttpRequestException(HttpRequestError.SecureConnectionError, "the TLS handshake failed", e);
            throw;
        }
    }

    private SslClientAuthenticationOptions OptionsFor(string name) => new()
    {
        TargetHost = name,
        EnabledSslProtocols = _tls.EnabledSslProtocols,
        ClientCertificateContext = _tls.ClientCertificateContext,
        CertificateChainPolicy = _tls.CertificateChainPolicy?.Clone(),
        RemoteCertificateValidationCallback = _tls.RemoteCertificateValidationCallback,
    };

    private static HttpRequestError KindOf(SocketException e) => e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery
        ? HttpRequestError.NameResolutionError
        : HttpRequestError.ConnectionError;
}
