namespace Tollgate.Redis.Tests.Connections;

/// <summary>On sockets of our own whoever asks stays where it is.</summary>
public sealed class PlacesTests
{
    private const string Hello = "%1\r\n+proto\r\n:3\r\n";

    [Fact]
    public async Task Who_asks_on_a_loop_goes_on_on_the_same_one()
    {
        if (Clients.Polled is not { } opener) return; // not on this system
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open(polls: true);
        await EverywhereAsync(redis);
        for (var i = 0; i < 20; i++)
        {
            var (first, second) = await Task.Run(async () =>
            {
                await redis.SendAsync("PING").ConfigureAwait(false);
                var here = opener.Here;
                await redis.SendAsync("PING").ConfigureAwait(false);
                return (here, opener.Here);
            });
            first.ShouldBeInRange(-1, opener.Places - 1);
            if (first >= 0) second.ShouldBe(first); // else the reply was there before it was waited for
        }
    }

    [Fact]
    public async Task What_one_turn_of_a_loop_says_goes_out_together()
    {
        if (Clients.Polled is not { } opener) return;
        var said = new List<string>();
        await using var server = new ScriptedServer(text =>
        {
            if (text.Contains("HELLO")) return Hello;
            lock (said) said.Add(text);
            return string.Concat(Enumerable.Repeat("+OK\r\n", text.Split("PING").Length - 1));
        });
        await using var redis = Clients.At(server.Port).Alone().Open(polls: true);
        using var beside = await opener.ConnectAsync("127.0.0.1", server.Port, place: 0, CancellationToken.None);
        var isOnLoop = false;
        while (!isOnLoop)
        {
            isOnLoop = await Task.Run(async () =>
            {
                await redis.SendAsync("PING").ConfigureAwait(false);
                if (!LeadsItsLoop()) return false;
                lock (said) said.Clear();
                Task[] all = [redis.SendAsync("PING").AsTask(), redis.SendAsync("PING").AsTask(), redis.SendAsync("PING").AsTask()];
                var isOneTurn = LeadsItsLoop();
                await Task.WhenAll(all).ConfigureAwait(false);
                return isOneTurn;
            });
        }

        said.Count.ShouldBe(1);

        // A thread that was held up for long does not lead its loop any more, and has no turn.
        bool LeadsItsLoop() => beside.TryAtTurnEnd(static () => { });
    }

    /// <summary>Uses every connection once, so that all are there.</summary>
    private static async Task EverywhereAsync(IRedis redis)
    {
        for (var i = 0; i < 64; i++) await Task.Run(() => redis.AskAsync("PING"));
    }
}
