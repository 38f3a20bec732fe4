using Microsoft.Extensions.Logging;
using Tollgate.Redis.Cluster;
using Tollgate.Redis.Connections;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Redis;

/// <summary>Makes clients.</summary>
internal static class RedisClients
{
    /// <summary>A client that connects by itself and keeps at it. Never fails: whether there is a server shows when it is used.</summary>
    /// <param name="options">Where, and how.</param>
    /// <param name="time">Time-outs and waiting.</param>
    /// <param name="chance">Uniform in [0, 1), so that gateways do not come back all at once.</param>
    /// <param name="logger">Told of losses.</param>
    /// <param name="opener">Opens the sockets; null: .NET's.</param>
    internal static IRedis Open(RedisOptions options, TimeProvider time, Func<double> chance, ILogger logger, WireOpener? opener = null)
    {
        var (connector, backoff) = (new Connector(options, time, opener), new Backoff(chance));
        return options.IsCluster ? new RedisClusterClient(connector, backoff, logger) : new RedisServerClient(options.EndPoints[0], connector, backoff, logger);
    }
}
