using Microsoft.Extensions.Logging;

namespace Tollgate.Redis.Connections;

/// <summary>
/// One server, on a few connections. Who runs where one of them is read uses that one, so that nobody changes threads; all others use them by turns.
/// </summary>
internal sealed class RedisServerClient : IRedis
{
    private readonly RedisLink[] _links;
    private readonly Connector _connector;
    private uint _turn;

    internal RedisServerClient(RedisEndPoint endPoint, Connector connector, Backoff backoff, ILogger logger)
    {
        (EndPoint, _connector) = (endPoint, connector);
        _links = [.. Enumerable.Range(0, connector.Connections).Select(place => new RedisLink(endPoint, place, connector, backoff, logger))];
    }

    internal RedisEndPoint EndPoint { get; }

    /// <inheritdoc/>
    public bool IsUp => Array.Exists(_links, link => link.IsUp);

    /// <inheritdoc/>
    public bool IsOnePlace => true;

    /// <inheritdoc/>
    public ValueTask<RedisReply> SendAsync(RedisCommand command) => Next().SendAsync(command.Bytes);

    /// <summary>Sends a command after <c>ASKING</c>: for a slot that is on its way to this server.</summary>
    internal ValueTask<RedisReply> AskAsync(RedisCommand command) => Next().SendAsync(command.Bytes, Commands.Asking);

    /// <inheritdoc/>
    public int GroupOf(ReadOnlySpan<byte> key) => 0;

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links) await link.DisposeAsync().ConfigureAwait(false);
    }

    private RedisLink Next()
    {
        var first = _connector.Here is >= 0 and var here ? (uint)here : Interlocked.Increment(ref _turn);
        for (uint i = 0; i < _links.Length; i++)
        {
            var link = _links[(first + i) % (uint)_links.Length];
            if (link.IsUp) return link;
        }

        return _links[first % (uint)_links.Length];
    }
}
