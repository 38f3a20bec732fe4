using Tollgate.Redis.Cluster;

namespace Tollgate.Redis.Tests.Cluster;

/// <summary>A cluster of two real nodes, each with half of the slots.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    internal const int Half = HashSlot.Count / 2;

    private readonly RedisServer[] _servers;

    private TwoNodes(RedisServer[] servers, IRedis one, IRedis two) => (_servers, One, Two) = (servers, one, two);

    /// <summary>The first node alone, which has the lower half.</summary>
    internal IRedis One { get; }

    /// <summary>The second node alone.</summary>
    internal IRedis Two { get; }

    /// <summary>How the cluster is reached: one node is told, the other is to be found.</summary>
    internal RedisOptions Options => Clients.At(_servers[0].Port) with { IsCluster = true };

    internal static async Task<TwoNodes> StartAsync()
    {
        RedisServer[] servers = [await RedisServer.StartAsync("--cluster-enabled", "yes"), await RedisServer.StartAsync("--cluster-enabled", "yes")];
        var nodes = new TwoNodes(servers, Clients.At(servers[0].Port).Open(), Clients.At(servers[1].Port).Open());
        await JoinAsync(nodes.One, nodes.Two, servers[1].Port);
        return nodes;
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
    }

    private static async Task JoinAsync(IRedis one, IRedis two, int port)
    {
        (await one.AskAsync("CLUSTER", "ADDSLOTSRANGE", "0", $"{Half - 1}")).ShouldBe("SimpleString:OK");
        (await two.AskAsync("CLUSTER", "ADDSLOTSRANGE", $"{Half}", $"{HashSlot.Count - 1}")).ShouldBe("SimpleString:OK");
        (await two.AskAsync("CLUSTER", "SET-CONFIG-EPOCH", "2")).ShouldBe("SimpleString:OK");
        (await one.AskAsync("CLUSTER", "MEET", "127.0.0.1", $"{port}")).ShouldBe("SimpleString:OK");
        foreach (var node in new[] { one, two })
        {
            using var limit = new CancellationTokenSource(Clients.Patience);
            while (!(await node.AskAsync("CLUSTER", "INFO")).Contains("cluster_state:ok\r\ncluster_slots_assigned:16384")) await Task.Delay(25, limit.Token);
        }
    }
}
