using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tollgate.Redis.Connections;

namespace Tollgate.Redis.Cluster;

/// <summary>
/// A cluster: a command goes to the node that has its keys' slot. Nodes that are asked for a slot they do not have say who has it; then the map
/// is read again, once for all who are redirected meanwhile.
/// </summary>
internal sealed class RedisClusterClient : IRedis
{
    private const int MostRedirects = 5;
    private static readonly TimeSpan MapInterval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<RedisEndPoint, RedisServerClient> _nodes = new();
    private readonly Func<RedisEndPoint, RedisServerClient> _open;
    private readonly Connector _connector;
    private readonly Backoff _backoff;
    private readonly SemaphoreSlim _reading = new(1);
    private SlotMap? _map;
    private long _mapRead;

    internal RedisClusterClient(Connector connector, Backoff backoff, ILogger logger)
    {
        (_connector, _backoff) = (connector, backoff);
        _open = endPoint => new RedisServerClient(endPoint, connector, backoff, logger);
        foreach (var endPoint in connector.Options.EndPoints) Node(endPoint);
    }

    /// <inheritdoc/>
    public bool IsUp => _nodes.Values.Any(node => node.IsUp);

    /// <inheritdoc/>
    public bool IsOnePlace => false;

    /// <inheritdoc/>
    public int GroupOf(ReadOnlySpan<byte> key) => HashSlot.Of(key);

    /// <inheritdoc/>
    public async ValueTask<RedisReply> SendAsync(RedisCommand command)
    {
        if (Volatile.Read(ref _map) is null) await ReadMapAsync().ConfigureAwait(false);
        var node = Owner(command.Group);
        var reply = await node.SendAsync(command).ConfigureAwait(false);
        for (var tries = 1; tries <= MostRedirects; tries++)
        {
            if (Redirect.Parse(reply.Value) is { } redirect) (node, reply) = await FollowAsync(node, redirect, command).ConfigureAwait(false);
            else if (await MovesOnAsync(reply, command.Group, node, tries).ConfigureAwait(false) is { } other) reply = await (node = other).SendAsync(command).ConfigureAwait(false);
            else break;
        }

        return reply;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values) await node.DisposeAsync().ConfigureAwait(false);
        _reading.Dispose();
    }

    private async ValueTask<(RedisServerClient Node, RedisReply Reply)> FollowAsync(RedisServerClient from, Redirect redirect, RedisCommand command)
    {
        var target = redirect.EndPoint.Host is "" or "?" ? redirect.EndPoint with { Host = from.EndPoint.Host } : redirect.EndPoint;
        var node = Node(target);
        if (redirect.IsAsk) return (node, await node.AskAsync(command).ConfigureAwait(false));

        var seen = Volatile.Read(ref _map);
        if (seen?[redirect.Slot] != target)
        {
            if (seen is not null) Interlocked.CompareExchange(ref _map, seen.With(redirect.Slot, target), seen);
            await ReadMapAsync().ConfigureAwait(false);
        }

        return (node, await node.SendAsync(command).ConfigureAwait(false));
    }

    /// <summary>Whom to ask again after what is no redirect; null: the reply stands.</summary>
    private async ValueTask<RedisServerClient?> MovesOnAsync(RedisReply reply, int slot, RedisServerClient node, int tries)
    {
        // Keys on both sides of a move, or a fail-over that is going on: a moment later it is decided.
        if (reply.Value.IsErrorOf("TRYAGAIN"u8) || reply.Value.IsErrorOf("CLUSTERDOWN"u8))
        {
            if (tries > 2) return null;
            await Task.Delay(_backoff.After(tries) / 4, _connector.Time).ConfigureAwait(false);
            return Owner(slot);
        }

        if (reply.Delivery != Delivery.NotSent) return null;
        await ReadMapAsync().ConfigureAwait(false);
        return Owner(slot) is var owner && owner.EndPoint != node.EndPoint ? owner : null;
    }

    private RedisServerClient Owner(int slot)
    {
        if (slot >= 0 && Volatile.Read(ref _map)?[slot] is { } owner) return Node(owner);
        return _nodes.Values.FirstOrDefault(node => node.IsUp) ?? _nodes.Values.First();
    }

    private RedisServerClient Node(RedisEndPoint endPoint) => _nodes.GetOrAdd(endPoint, _open);

    // One at a time; who comes while it is read finds it read.
    private async ValueTask ReadMapAsync()
    {
        await _reading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_mapRead != 0 && _connector.Time.GetElapsedTime(_mapRead) < MapInterval) return;
            _mapRead = _connector.Time.GetTimestamp();
            foreach (var node in _nodes.Values.OrderByDescending(node => node.IsUp).Take(MostRedirects))
            {
                var reply = await node.SendAsync(new RedisCommand(Commands.ClusterSlots)).ConfigureAwait(false);
                if (!reply.IsGood || SlotMap.Parse(reply.Value, node.EndPoint) is not { } map) continue;
                Volatile.Write(ref _map, map);
                await ForgetAsync(map).ConfigureAwait(false);
                return;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    // Nodes that have left: those that are configured stay, they may come back.
    private async ValueTask ForgetAsync(SlotMap map)
    {
        var owners = map.Owners;
        foreach (var endPoint in _nodes.Keys)
        {
            if (owners.Contains(endPoint) || _connector.Options.EndPoints.Contains(endPoint)) continue;
            if (_nodes.TryRemove(endPoint, out var node)) await node.DisposeAsync().ConfigureAwait(false);
        }
    }
}
