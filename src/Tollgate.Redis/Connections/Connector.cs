using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Redis.Connections;

/// <summary>Opens connections that are ready to use.</summary>
/// <param name="options">Where, and how.</param>
/// <param name="time">Time-outs.</param>
/// <param name="opener">Opens the sockets; null: .NET's.</param>
internal sealed class Connector(RedisOptions options, TimeProvider time, WireOpener? opener = null)
{
    private readonly WireOpener _opener = opener ?? new SocketOpener();

    internal RedisOptions Options => options;

    internal TimeProvider Time => time;

    /// <summary>How many connections each server has: one at each place where requests are gone on with, within bounds, so that they stay there.</summary>
    internal int Connections => Math.Min(Math.Max(options.Connections, _opener.Places), Math.Max(options.Connections, options.MaxConnections));

    /// <summary>The place where the caller runs; -1: none.</summary>
    internal int Here => _opener.Here;

    /// <param name="endPoint">Which server.</param>
    /// <param name="place">Where its replies are read, where there are places.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RedisConnectException">There is no connection: nobody there, no trust, or refused.</exception>
    internal async Task<RedisConnection> OpenAsync(RedisEndPoint endPoint, int place, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var wire = await DialAsync(endPoint, place, either.Token).ConfigureAwait(false);
            var connection = new RedisConnection(wire, options, time);
            try
            {
                await Greeting.SayAsync(connection, options, either.Token).ConfigureAwait(false);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (Exception e) when (limit.IsCancellationRequested && (e is OperationCanceledException || IsBroken(e)))
        {
            throw new RedisConnectException($"no connection within {options.ConnectTimeout.TotalMilliseconds:0} ms");
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new RedisConnectException(e.Message, e);
        }
    }

    // A handshake that is given up finds its wire closed.
    private static bool IsBroken(Exception e) => e is SocketException or IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException;

    private async Task<Wire> DialAsync(RedisEndPoint endPoint, int place, CancellationToken cancellation)
    {
        var wire = await _opener.ConnectAsync(endPoint.Host, endPoint.Port, place, cancellation).ConfigureAwait(false);
        try
        {
            return options.Tls ? new StreamWire(await SecureAsync(new WireStream(wire), endPoint.Host, cancellation).ConfigureAwait(false), wire) : wire;
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(WireStream stream, string host, CancellationToken cancellation)
    {
        var secure = new SslStream(stream);
        var settings = new SslClientAuthenticationOptions { TargetHost = host };
        if (options.Authorities is { } file) settings.CertificateChainPolicy = Trust(file);
        await secure.AuthenticateAsClientAsync(settings, cancellation).ConfigureAwait(false);
        return secure;
    }

    private static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new RedisConnectException($"'{file}' holds no certificates in PEM: {e.Message}", e);
        }

        return policy;
    }
}
