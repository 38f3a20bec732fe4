using System.Collections.Concurrent;

namespace Tollgate.Upstreams.Http1;

/// <summary>
/// HTTP/1.1 towards providers (RFC 9112): one request at a time on a connection, head and small bodies in one write, answers read straight
/// into the reader's memory. What it saves beside .NET's own client, and what it leaves to that one, is in docs/adr/0010.
/// </summary>
internal sealed class Http1Transport : UpstreamTransport
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<Destination, HostPool> _pools = new();
    private readonly Func<Destination, HostPool> _create;
    private readonly ITimer _sweep;

    internal Http1Transport(Dialer dialer, TimeProvider time)
    {
        _create = destination => new HostPool(destination, dialer, time);
        _sweep = time.CreateTimer(static state => ((Http1Transport)state!).Sweep(), this, Round, Round);
    }

    /// <summary>Connections that wait for a request.</summary>
    internal int Waiting => _pools.Values.Sum(p => p.Waiting);

    internal override ValueTask<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<UpstreamResponse>(cancellationToken); // no connection is lost for it
        var pool = _pools.GetOrAdd(DestinationOf(request), _create);
        return pool.TryTake() is { } ready ? ready.SendAsync(request, cancellationToken) : pool.SendAnewAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _sweep.Dispose();
        foreach (var pool in _pools.Values) pool.Close();
    }

    private void Sweep()
    {
        foreach (var pool in _pools.Values) pool.Sweep();
    }

    private static Destination DestinationOf(UpstreamRequest request)
    {
        var target = request.Target;
        var isSecure = target.Scheme == Uri.UriSchemeHttps;
        return new Destination(target.IdnHost, target.Port, isSecure ? ServerName(request) : null);
    }

    /// <summary>Without its port, and without the brackets of an IPv6 address.</summary>
    private static string ServerName(UpstreamRequest request)
    {
        if (request.Host is not { } host) return request.Target.IdnHost;
        if (host.StartsWith('[') && host.IndexOf(']', StringComparison.Ordinal) is > 0 and var end) return host[1..end];
        var colon = host.LastIndexOf(':');
        return colon < 0 ? host : host[..colon];
    }
}
