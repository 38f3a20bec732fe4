using System.Collections.Concurrent;
using Tollgate.Redis.Connections;
using Tollgate.Tests.Limits;

namespace Tollgate.Redis.Tests.Connections;

/// <summary>Servers that do not answer, or answer what they must not.</summary>
/// <param name="polls">On sockets of our own.</param>
public abstract class FaultFacts(bool polls)
{
    private static readonly string Hello = "%1\r\n+proto\r\n:3\r\n";

    [Fact]
    public async Task A_reply_that_does_not_come_ends_the_connection_and_the_outcome_is_unknown()
    {
        var time = new ManualTime();
        var said = new ConcurrentQueue<string>();
        await using var server = new ScriptedServer(text => Noted(said, text).Contains("HELLO") ? Hello : "");
        await using var redis = (Clients.At(server.Port) with { Timeout = TimeSpan.FromMilliseconds(100) }).Alone().Open(polls, time);
        Task<RedisReply>[] asking = [redis.SendAsync("GET", "a").AsTask(), redis.SendAsync("GET", "b").AsTask()];
        await Clients.UntilAsync(() => string.Concat(said).Split("GET").Length == 3);
        time.Advance(TimeSpan.FromMilliseconds(100));
        asking.ShouldAllBe(one => !one.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(26));
        foreach (var reply in await Task.WhenAll(asking).WaitAsync(Clients.Patience))
        {
            reply.Delivery.ShouldBe(Delivery.Unknown);
            reply.Reason.ShouldBe("no reply within 100 ms");
        }
    }

    [Fact]
    public async Task A_reply_that_nobody_asked_for_ends_the_connection()
    {
        await using var server = new ScriptedServer(text => text.Contains("HELLO") ? Hello : "+one\r\n+two\r\n");
        await using var redis = Clients.At(server.Port).Alone().Open(polls);
        (await redis.AskAsync("GET", "a")).ShouldBe("SimpleString:one");
        await Clients.UntilAsync(() => server.Connections > 1); // nobody knows whose reply the next one is
    }

    [Fact]
    public async Task What_is_no_Redis_is_said_to_be_none()
    {
        await using var server = new ScriptedServer(_ => "HTTP/1.1 400 Bad Request\r\n\r\n");
        await using var redis = Clients.At(server.Port).Open(polls);
        (await redis.SendAsync("PING")).Reason.ShouldContain("not RESP");
    }

    [Fact]
    public async Task A_server_that_accepts_and_closes_is_not_called_without_pause()
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer(_ => null);
        await using var redis = Clients.At(server.Port).Alone().Open(polls, time);
        const int attempts = 4;
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            // Between two attempts none is made, however often it is asked and however long that takes.
            var pause = new Backoff(() => 0.5).After(attempt);
            await time.WhenArmedAsync(pause);
            for (var i = 0; i < 10; i++) (await redis.SendAsync("PING").AsTask().WaitAsync(Clients.Patience)).Delivery.ShouldNotBe(Delivery.Answered);
            server.Connections.ShouldBe(attempt);
            if (attempt < attempts) time.Advance(pause);
        }
    }

    [Fact]
    public async Task Servers_of_the_older_protocol_are_signed_in_to_the_older_way()
    {
        var said = new List<string>();
        await using var server = new ScriptedServer(text =>
        {
            said.Add(text);
            return text.Contains("HELLO") ? "-ERR unknown command 'HELLO'\r\n" : "+OK\r\n";
        });
        await using var redis = Clients.At(server.Port).Alone().With("gate", "pass").Open(polls);
        (await redis.AskAsync("GET", "a")).ShouldBe("SimpleString:OK");
        said[1].ShouldBe("*3\r\n$4\r\nAUTH\r\n$4\r\ngate\r\n$4\r\npass\r\n");
    }

    [Fact]
    public async Task News_between_replies_are_passed_over()
    {
        await using var server = new ScriptedServer(text => text.Contains("HELLO") ? Hello : ">2\r\n+invalidate\r\n*0\r\n+value\r\n>1\r\n+more\r\n");
        await using var redis = Clients.At(server.Port).Alone().Open(polls);
        (await redis.AskAsync("GET", "a")).ShouldBe("SimpleString:value");
        (await redis.AskAsync("GET", "b")).ShouldBe("SimpleString:value");
    }

    [Fact]
    public async Task No_more_commands_wait_than_allowed()
    {
        await using var server = new ScriptedServer(text => text.Contains("HELLO") ? Hello : text.Contains("first") ? "+OK\r\n" : "");
        var time = new ManualTime();
        await using var redis = (Clients.At(server.Port) with { MaxInFlight = 3, Timeout = TimeSpan.FromMilliseconds(400) }).Alone().Open(polls, time);
        (await redis.SendAsync("GET", "first")).IsGood.ShouldBeTrue();
        var asking = Enumerable.Range(0, 5).Select(_ => redis.SendAsync("GET", "a").AsTask()).ToArray();
        time.Advance(TimeSpan.FromMilliseconds(401));
        var replies = await Task.WhenAll(asking).WaitAsync(Clients.Patience);
        replies.Count(reply => reply.Delivery == Delivery.NotSent).ShouldBe(2);
        replies.Count(reply => reply.Delivery == Delivery.Unknown).ShouldBe(3);
    }

    [Fact]
    public async Task Who_does_not_come_back_after_its_reply_holds_up_nobody_else()
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer(text => text.Contains("HELLO") ? Hello : "+OK\r\n");
        await using var redis = (Clients.At(server.Port) with { Timeout = TimeSpan.FromSeconds(1) }).Alone().Open(polls, time);
        using var freed = new ManualResetEventSlim();
        var isThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocking = Task.Run(() => BlockAsync(redis, isThere, freed)); // not here: the reply may be there before it waits
        await isThere.Task;
        for (var looks = 0; looks < 2; looks++) time.Advance(TimeSpan.FromSeconds(0.25)); // the second one finds it where the first one did
        for (var i = 0; i < 5; i++) (await redis.AskAsync("GET", "a").WaitAsync(Clients.Patience)).ShouldBe("SimpleString:OK");
        blocking.IsCompleted.ShouldBeFalse();
        freed.Set();
        await blocking;
        (await redis.AskAsync("GET", "a")).ShouldBe("SimpleString:OK");
        server.Connections.ShouldBe(1, "nothing was given up");
    }

    [Fact]
    public async Task A_handshake_that_does_not_end_is_given_up()
    {
        await using var server = new ScriptedServer(_ => "");
        await using var redis = (Clients.At(server.Port) with { Tls = true, ConnectTimeout = TimeSpan.FromMilliseconds(100) }).Alone().Open(polls);
        (await redis.SendAsync("PING")).Reason.ShouldContain("no connection within 100 ms");
    }

    [Fact]
    public async Task A_server_that_became_a_replica_is_looked_up_anew()
    {
        await using var server = new ScriptedServer(text => text.Contains("HELLO") ? Hello : "-READONLY You can't write against a read only replica.\r\n");
        await using var redis = Clients.At(server.Port).Alone().Open(polls);
        (await redis.AskAsync("SET", "a", "b")).ShouldContain("READONLY");
        await Clients.UntilAsync(() => server.Connections > 1);
    }

    private static string Noted(ConcurrentQueue<string> said, string text)
    {
        said.Enqueue(text);
        return text;
    }

    private static async Task BlockAsync(IRedis redis, TaskCompletionSource isThere, ManualResetEventSlim freed)
    {
        await redis.SendAsync("GET", "block").ConfigureAwait(false);
        isThere.SetResult();
        freed.Wait(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Waiting_grows_and_differs_from_gateway_to_gateway()
    {
        var (low, high) = (new Backoff(() => 0), new Backoff(() => 0.999));
        low.After(1).ShouldBe(TimeSpan.FromMilliseconds(50));
        high.After(1).TotalMilliseconds.ShouldBe(99.95, 0.1);
        low.After(3).ShouldBe(TimeSpan.FromMilliseconds(200));
        high.After(50).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        low.After(50).ShouldBe(TimeSpan.FromSeconds(2.5));
    }
}

/// <inheritdoc cref="FaultFacts"/>
public sealed class FaultTests() : FaultFacts(polls: false);

/// <inheritdoc cref="FaultFacts"/>
public sealed class PolledFaultTests() : FaultFacts(polls: true);
