using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tollgate.Catalog;
using Tollgate.Configuration;

namespace Tollgate.Pipeline;

/// <summary>
/// Upstream connections. They outlive a reload: two generations that call the same host share its connections.
/// </summary>
internal sealed class ConnectionPools(IEnumerable<IInProcessProvider> inProcess) : IDisposable
{
    private readonly ConcurrentDictionary<Way, HttpMessageInvoker> _network = new();
    private readonly Dictionary<string, HttpMessageInvoker> _inProcess = inProcess.ToDictionary(
        p => p.Kind,
        p => Create(new Way(TimeSpan.FromSeconds(10), null, null), p),
        StringComparer.Ordinal);

    /// <summary>For providers on the network.</summary>
    /// <param name="connectTimeout">For a connection.</param>
    /// <param name="tls">How certificates are checked; null: the system's way.</param>
    /// <param name="proxy">The forward proxy; null: none.</param>
    internal HttpMessageInvoker Network(TimeSpan connectTimeout, UpstreamTlsConfig? tls, Uri? proxy) =>
        _network.GetOrAdd(new Way(connectTimeout, tls, proxy), static way => Create(way, null));

    /// <summary>For a kind that runs in this process, or null when nothing stands behind it.</summary>
    internal HttpMessageInvoker? InProcess(string kind) => _inProcess.GetValueOrDefault(kind);

    public void Dispose()
    {
        foreach (var invoker in _network.Values) invoker.Dispose();
        foreach (var invoker in _inProcess.Values) invoker.Dispose();
    }

    private static HttpMessageInvoker Create(Way way, IInProcessProvider? provider) => new(new SocketsHttpHandler
    {
        UseProxy = way.Proxy is not null,
        Proxy = way.Proxy is null ? null : new WebProxy(way.Proxy),
        SslOptions = way.Tls is null ? new() : UpstreamTls.Options(way.Tls),
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8, // as Kestrel reads them
        ConnectTimeout = way.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15), // follows DNS
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        MaxResponseHeadersLength = 128,
        ConnectCallback = provider is null
            ? ConnectAsync
            : async (_, cancellationToken) => await provider.ConnectAsync(cancellationToken).ConfigureAwait(false),
    });

    /// <summary>What connections have in common that may be shared.</summary>
    private sealed record Way(TimeSpan ConnectTimeout, UpstreamTlsConfig? Tls, Uri? Proxy);

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
