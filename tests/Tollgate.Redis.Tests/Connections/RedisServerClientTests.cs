using Tollgate.Redis.Connections;
using Tollgate.Redis.Scripts;
using Tollgate.Tests.Limits;

namespace Tollgate.Redis.Tests.Connections;

/// <summary>The client at a real Redis.</summary>
/// <param name="polls">On sockets of our own.</param>
public abstract class RedisServerClientFacts(bool polls)
{
    [Fact]
    public async Task Replies_go_to_those_who_asked_with_thousands_under_way()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open(polls);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3000).Select(async i => (i, Reply: await redis.AskAsync("ECHO", $"number {i}"))));
        foreach (var (i, reply) in answers) reply.ShouldBe($"BulkString:number {i}");
    }

    [Fact]
    public async Task Speaks_the_third_protocol()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open(polls);
        (await redis.AskAsync("HSET", "h", "a", "1")).ShouldBe("1");
        (await redis.AskAsync("HGETALL", "h")).ShouldBe("Map[BulkString:a BulkString:1]");
        (await redis.AskAsync("CLIENT", "GETNAME")).ShouldBe("BulkString:tollgate");
    }

    [Fact]
    public async Task Signs_in_and_chooses_its_database()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "for all", "--user", "gate", "on", ">its-own", "~*", "+@all");
        await using var everybody = (Clients.At(server.Port) with { Database = 3 }).With(null, "for all").Open(polls);
        await using var own = (Clients.At(server.Port) with { Database = 3 }).With("gate", "its-own").Open(polls);
        (await everybody.AskAsync("SET", "k", "v")).ShouldBe("SimpleString:OK");
        (await own.AskAsync("GET", "k")).ShouldBe("BulkString:v");
        (await own.AskAsync("ACL", "WHOAMI")).ShouldBe("BulkString:gate");
    }

    [Fact]
    public async Task A_password_may_lie_in_a_file_that_changes()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "second");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "first\n");
        await using var redis = (Clients.At(server.Port) with { Password = new Configuration.SecretSource(null, file) }).Open(polls);
        (await redis.AskAsync("PING")).ShouldContain("WRONGPASS");
        await File.WriteAllTextAsync(file, "second\n");
        await redis.EventuallyAsync("SimpleString:PONG", "PING");
        File.Delete(file);
    }

    [Fact]
    public async Task A_wrong_password_is_said_with_the_mend_and_without_the_password()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "right");
        await using var redis = Clients.At(server.Port).With(null, "S3cr3t-wrong").Open(polls);
        var reply = await redis.SendAsync("PING");
        reply.Delivery.ShouldBe(Delivery.NotSent);
        reply.Reason.ShouldContain("mend user and password of stores.counters");
        reply.Reason.ShouldNotContain("S3cr3t");
        await Clients.DownAsync(() => redis.IsUp);

        await using var none = Clients.At(server.Port).Open(polls);
        (await none.SendAsync("PING")).Reason.ShouldContain("NOAUTH");
    }

    [Fact]
    public async Task Nobody_there_is_said_at_once_and_not_waited_for()
    {
        // The clock stands still: who waited for the next attempt would wait for ever.
        using var nobody = HeldPort.Take();
        await using var redis = Clients.At(nobody.Number).Open(polls, new ManualTime());
        for (var i = 0; i < 201; i++) (await redis.SendAsync("PING").AsTask().WaitAsync(Clients.Patience)).Delivery.ShouldBe(Delivery.NotSent);
    }

    [Fact]
    public async Task Comes_back_when_the_server_does()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open(polls);
        (await redis.AskAsync("SET", "k", "v")).ShouldBe("SimpleString:OK");
        await server.KillAsync();
        (await redis.SendAsync("GET", "k")).Delivery.ShouldNotBe(Delivery.Answered);
        await server.RestartAsync();
        await redis.EventuallyAsync("null", "GET", "k");
        redis.IsUp.ShouldBeTrue();
    }

    [Fact]
    public async Task A_connection_that_the_server_closes_is_replaced_without_anybody_noticing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Alone().Open(polls);
        await using var other = Clients.At(server.Port).Alone().Open(polls);
        await redis.AskAsync("SET", "k", "v");
        await other.AskAsync("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES");
        await redis.EventuallyAsync("BulkString:v", "GET", "k");
    }

    [Fact]
    public async Task A_script_is_sent_in_full_once_and_called_by_its_digest_from_then_on()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open(polls);
        var script = new RedisScript("return {KEYS[1], ARGV[1] + 1}");
        for (var i = 0; i < 3; i++)
        {
            var call = ScriptArguments.Take(1, 0).Argument("k").Argument(i);
            Resp.Decoding.Draw((await script.RunAsync(redis, call)).Value).ShouldBe($"Array[BulkString:k {i + 1}]");
        }

        var stats = await redis.AskAsync("INFO", "commandstats");
        stats.ShouldContain("cmdstat_eval:calls=1,");
        stats.ShouldContain("cmdstat_evalsha:calls=3,");
        (await redis.AskAsync("SCRIPT", "FLUSH")).ShouldBe("SimpleString:OK");
        (await script.RunAsync(redis, ScriptArguments.Take(1, 0).Argument("k").Argument(8))).IsGood.ShouldBeTrue("after a restart the server knows no scripts");
    }

    [Fact]
    public async Task An_error_reply_is_an_answer()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open(polls);
        var reply = await redis.SendAsync("NO-SUCH-COMMAND");
        reply.Delivery.ShouldBe(Delivery.Answered);
        reply.IsGood.ShouldBeFalse();
        (await redis.AskAsync("PING")).ShouldBe("SimpleString:PONG");
    }
}

/// <inheritdoc cref="RedisServerClientFacts"/>
public sealed class RedisServerClientTests() : RedisServerClientFacts(polls: false);

/// <inheritdoc cref="RedisServerClientFacts"/>
public sealed class PolledRedisServerClientTests() : RedisServerClientFacts(polls: true);
