using Microsoft.Extensions.Logging;

namespace Tollgate.Redis.Connections;

/// <summary>One server, on a few connections that are used by turns.</summary>
internal sealed class RedisServerClient : IRedis
{
    private readonly RedisLink[] _links;
    private uint _turn;

    internal RedisServerClient(RedisEndPoint endPoint, Connector connector, Backoff backoff, ILogger logger)
    {
        EndPoint = endPoint;
        _links = [.. Enumerable.Range(0, connector.Options.Connections).Select(_ => new RedisLink(endPoint, connector, backoff, logger))];
    }

    internal RedisEndPoint EndPoint { get; }

    /// <inheritdoc/>
    public bool IsUp => Array.Exists(_links, link => link.IsUp);

    /// <inheritdoc/>
    public bool IsOnePlace => true;

    /// <inheritdoc/>
    public ValueTask<RedisReply> SendAsync(RedisCommand command)
    {
        var link = Next();
        var reply = link.SendAsync(command.Bytes);
        return reply.IsCompletedSuccessfully ? reply : WatchAsync(link, reply);
    }

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
        var turn = Interlocked.Increment(ref _turn);
        for (uint i = 0; i < _links.Length; i++)
        {
            var link = _links[(turn + i) % (uint)_links.Length];
            if (link.IsUp) return link;
        }

        return _links[turn % (uint)_links.Length];
    }

    // After a fail-over the name leads to another server: only a new connection finds it.
    private static async ValueTask<RedisReply> WatchAsync(RedisLink link, ValueTask<RedisReply> pending)
    {
        var reply = await pending.ConfigureAwait(false);
        if (reply.Value.IsErrorOf("READONLY"u8)) link.Renew("the server is a replica now");
        return reply;
    }
}
