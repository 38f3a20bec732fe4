using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Tollgate.Redis.Connections;

/// <summary>Opens connections that are ready to use.</summary>
internal sealed class Connector(RedisOptions options, TimeProvider time)
{
    internal RedisOptions Options => options;

    internal TimeProvider Time => time;

    /// <exception cref="RedisConnectException">There is no connection: nobody there, no trust, or refused.</exception>
    internal async Task<RedisConnection> OpenAsync(RedisEndPoint endPoint, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var stream = await DialAsync(endPoint, either.Token).ConfigureAwait(false);
            var connection = new RedisConnection(stream, options, time);
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
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new RedisConnectException($"no connection within {options.ConnectTimeout.TotalMilliseconds:0} ms");
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            throw new RedisConnectException(e.Message, e);
        }
    }

    private async Task<Stream> DialAsync(RedisEndPoint endPoint, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint.Host, endPoint.Port, cancellation).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return options.Tls ? await SecureAsync(stream, endPoint.Host, cancellation).ConfigureAwait(false) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream stream, string host, CancellationToken cancellation)
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
