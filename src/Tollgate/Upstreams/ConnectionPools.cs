using System.Collections.Concurrent;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Upstreams.Handler;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Upstreams;

/// <summary>
/// Upstream connections. They outlive a reload: two generations that call the same host share its connections.
/// </summary>
/// <param name="inProcess">Providers in this process.</param>
/// <param name="time">Time.</param>
/// <param name="opener">Opens connections; null: .NET's sockets.</param>
internal sealed class ConnectionPools(IEnumerable<IInProcessProvider> inProcess, TimeProvider time, WireOpener? opener = null) : IDisposable
{
    private static readonly TimeSpan InMemoryConnect = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Way, UpstreamTransport> _network = new();
    private readonly Dictionary<string, UpstreamTransport> _inProcess = inProcess.ToDictionary(
        p => p.Kind,
        UpstreamTransport (p) => new Http1Transport(new InMemoryDialer(p, InMemoryConnect), time),
        StringComparer.Ordinal);

    /// <summary>For providers on the network.</summary>
    /// <param name="connectTimeout">For a connection.</param>
    /// <param name="tls">How certificates are checked; null: the system's way.</param>
    /// <param name="proxy">The forward proxy; null: none.</param>
    internal UpstreamTransport Network(TimeSpan connectTimeout, UpstreamTlsConfig? tls, Uri? proxy) =>
        _network.GetOrAdd(new Way(connectTimeout, tls, proxy), Create);

    /// <summary>For a kind that runs in this process, or null when nothing stands behind it.</summary>
    internal UpstreamTransport? InProcess(string kind) => _inProcess.GetValueOrDefault(kind);

    public void Dispose()
    {
        foreach (var transport in _network.Values) transport.Dispose();
        foreach (var transport in _inProcess.Values) transport.Dispose();
    }

    private UpstreamTransport Create(Way way) => way.Proxy is { } proxy
        ? new HandlerTransport(way.ConnectTimeout, way.Tls, proxy)
        : new Http1Transport(new NetworkDialer(way.ConnectTimeout, way.Tls, opener), time);

    /// <summary>What connections have in common that may be shared.</summary>
    private sealed record Way(TimeSpan ConnectTimeout, UpstreamTlsConfig? Tls, Uri? Proxy);
}
