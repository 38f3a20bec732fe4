using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Cluster;

/// <summary>Which node has which slot, as the nodes say.</summary>
internal sealed class SlotMap
{
    private readonly RedisEndPoint?[] _owners = new RedisEndPoint?[HashSlot.Count];

    /// <summary>The owner of a slot; null: nobody has said.</summary>
    internal RedisEndPoint? this[int slot]
    {
        get => _owners[slot];
        private set => _owners[slot] = value;
    }

    /// <summary>All who own one.</summary>
    internal HashSet<RedisEndPoint> Owners => [.. _owners.OfType<RedisEndPoint>()];

    /// <summary>The same with another owner for one slot.</summary>
    internal SlotMap With(int slot, RedisEndPoint owner)
    {
        var map = new SlotMap();
        _owners.CopyTo(map._owners, 0);
        map[slot] = owner;
        return map;
    }

    /// <summary>Reads the reply to <c>CLUSTER SLOTS</c>; null when it is none.</summary>
    /// <param name="reply">Ranges: first slot, last slot, then nodes, the primary first, each with host and port.</param>
    /// <param name="asked">Who said it: stands for a host that is left out.</param>
    internal static SlotMap? Parse(in RespValue reply, RedisEndPoint asked)
    {
        if (reply.Type != RespType.Array) return null;
        var map = new SlotMap();
        foreach (var range in reply.Items)
        {
            if (range.Items is not [var first, var last, var primary, ..] || primary.Items is not [var host, var port, ..]) return null;
            if (first.Integer < 0 || last.Integer >= HashSlot.Count || port.Integer is <= 0 or > ushort.MaxValue) return null;
            var name = host.ToString();
            var owner = new RedisEndPoint(host.Type == RespType.Null || name is "" or "?" ? asked.Host : name, (int)port.Integer);
            for (var slot = first.Integer; slot <= last.Integer; slot++) map[(int)slot] = owner;
        }

        return map;
    }
}
