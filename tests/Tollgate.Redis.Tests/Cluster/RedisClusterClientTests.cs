using System.Globalization;
using System.Text;
using Tollgate.Redis.Cluster;
using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Tests.Cluster;

/// <summary>A cluster of real nodes, with slots that move.</summary>
public sealed class RedisClusterClientTests
{
    [Fact]
    public async Task Commands_reach_the_node_of_their_slot_and_follow_it_when_it_moves()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var (one, two) = (nodes.One, nodes.Two);
        await using var cluster = nodes.Options.Open();

        for (var i = 0; i < 50; i++) await cluster.EventuallyAsync("SimpleString:OK", "SET", $"key {i}", $"value {i}");
        for (var i = 0; i < 50; i++) (await cluster.AskAsync("GET", $"key {i}")).ShouldBe($"BulkString:value {i}");

        // Half-way through a move the old owner answers ASK for keys that it no longer has.
        var key = Enumerable.Range(0, 1000).Select(i => $"moving {i}").First(k => HashSlot.Of(Encoding.UTF8.GetBytes(k)) < TwoNodes.Half);
        var slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).ToString(CultureInfo.InvariantCulture);
        var (from, to) = (await IdAsync(one), await IdAsync(two));
        (await two.AskAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", from)).ShouldBe("SimpleString:OK");
        (await one.AskAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", to)).ShouldBe("SimpleString:OK");
        (await cluster.AskAsync("SET", key, "moved")).ShouldBe("SimpleString:OK");
        (await cluster.AskAsync("GET", key)).ShouldBe("BulkString:moved");
        (await two.AskAsync("GET", key)).ShouldStartWith("Error:MOVED", Case.Sensitive, "the slot is not its own yet");

        // Then it answers MOVED.
        (await two.AskAsync("CLUSTER", "SETSLOT", slot, "NODE", to)).ShouldBe("SimpleString:OK");
        (await one.AskAsync("CLUSTER", "SETSLOT", slot, "NODE", to)).ShouldBe("SimpleString:OK");
        (await cluster.AskAsync("GET", key)).ShouldBe("BulkString:moved");
        (await two.AskAsync("GET", key)).ShouldBe("BulkString:moved");
    }

    [Theory]
    [InlineData("MOVED 3999 127.0.0.1:6381", 3999, "127.0.0.1", 6381, false)]
    [InlineData("ASK 3999 ::1:6381", 3999, "::1", 6381, true)]
    [InlineData("MOVED 1 :6381", 1, "", 6381, false)]
    public void Redirects_are_read(string error, int slot, string host, int port, bool isAsk) =>
        Redirect.Parse(Error(error)).ShouldBe(new Redirect(slot, new RedisEndPoint(host, port), isAsk));

    [Theory]
    [InlineData("MOVED")]
    [InlineData("MOVED 16384 127.0.0.1:6381")]
    [InlineData("MOVED 1 127.0.0.1")]
    [InlineData("MOVED x 127.0.0.1:1")]
    [InlineData("ERR MOVED 1 127.0.0.1:1")]
    public void What_is_no_redirect_is_not_followed(string error) => Redirect.Parse(Error(error)).ShouldBeNull();

    private static RespValue Error(string text) => RespValue.Of(RespType.Error, Encoding.UTF8.GetBytes(text));

    private static async Task<string> IdAsync(IRedis node) => (await node.SendAsync("CLUSTER", "MYID")).Value.ToString();
}
