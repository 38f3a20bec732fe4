using System.Collections.Concurrent;
using System.Net.Sockets;
using Tollgate.Catalog;

namespace Tollgate.Pipeline;

/// <summary>
/// Upstream connections. They outlive a reload: two generations that call the same host share its connections.
/// </summary>
internal sealed class ConnectionPools(IEnumerable<IInProcessProvider> inProcess) : IDisposable
{
    private readonly ConcurrentDictionary<TimeSpan, HttpMessageInvoker> _network = new();
    private readonly Dictionary<string, HttpMessageInvoker> _inProcess = inProcess.ToDictionary(
        p => p.Kind,
        p => Create(TimeSpan.FromSeconds(10), p),
        StringComparer.Ordinal);

    /// <summary>For providers on the network.</summary>
    internal HttpMessageInvoker Network(TimeSpan connectTimeout) =>
        _network.GetOrAdd(connectTimeout, static timeout => Create(timeout, null));

    /// <summary>For a kind that runs in this process, or null when nothing stands behind it.</summary>
    internal HttpMessageInvoker? InProcess(string kind) => _inProcess.GetValueOrDefault(kind);

    public void Dispose()
    {
        foreach (var invoker in _network.Values) invoker.Dispose();
        foreach (var invoker in _inProcess.Values) invoker.Dispose();
    }

    private static HttpMessageInvoker Create(TimeSpan connectTimeout, IInProcessProvider? provider) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8, // as Kestrel reads them
        ConnectTimeout = connectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15), // follows DNS
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        MaxResponseHeadersLength = 128,
        ConnectCallback = provider is null
            ? ConnectAsync
            : async (_, cancellationToken) => await provider.ConnectAsync(cancellationToken).ConfigureAwait(false),
    });

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
