using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Configuration;
using Tollgate.Epoll;
using Tollgate.Redis.Connections;
using Tollgate.Redis.Counters;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Redis.Tests;

/// <summary>Clients as the tests want them.</summary>
internal static class Clients
{
    /// <summary>Long enough for a machine that has other things to do: a server that is gone shows at once, without it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static RedisOptions At(params int[] ports) => new() { EndPoints = [.. ports.Select(port => new RedisEndPoint("127.0.0.1", port))], Timeout = Patience, ConnectTimeout = Patience };

    /// <summary>The sockets that the command has on Linux; null elsewhere, which means .NET's.</summary>
    internal static readonly WireOpener? Polled = new ServiceCollection().AddTollgateEpoll().BuildServiceProvider().GetService<WireOpener>();

    internal static IRedis Open(this RedisOptions options, bool polls = false, TimeProvider? time = null) => RedisClients.Open(options, time ?? TimeProvider.System, () => 0.5, NullLogger.Instance, polls ? Polled : null);

    /// <param name="options">Where, and how.</param>
    /// <param name="prelude">Before the scripts.</param>
    /// <param name="polls">On sockets of our own.</param>
    /// <param name="time">The store's own; connections have the system's.</param>
    internal static RedisCounterStore Store(this RedisOptions options, string prelude = "", bool polls = false, TimeProvider? time = null) => new(options.Open(polls), "t", time ?? TimeProvider.System, NullLogger.Instance, prelude);

    /// <summary>With one connection, on whatever sockets.</summary>
    internal static RedisOptions Alone(this RedisOptions options) => options with { Connections = 1, MaxConnections = 1 };

    internal static RedisOptions With(this RedisOptions options, string? user, string password) => options with { User = user, Password = new SecretSource(new Secret(password), null) };

    internal static ValueTask<RedisReply> SendAsync(this IRedis redis, params string[] words) => redis.SendAsync(new RedisCommand(Commands.Of(words), words.Length > 1 ? redis.GroupOf(System.Text.Encoding.UTF8.GetBytes(words[1])) : -1));

    internal static async Task<string> AskAsync(this IRedis redis, params string[] words)
    {
        var reply = await redis.SendAsync(words);
        return reply.Delivery == Delivery.Answered ? Resp.Decoding.Draw(reply.Value) : $"{reply.Delivery}: {reply.Reason}";
    }

    /// <summary>Ends when none of its connections can be used. The first that fails says so; the others may still be on their way then.</summary>
    internal static Task DownAsync(Func<bool> isUp) => UntilAsync(() => !isUp());

    /// <summary>Ends when it is true.</summary>
    internal static async Task UntilAsync(Func<bool> isTrue)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!isTrue()) await Task.Delay(5, limit.Token);
    }

    /// <summary>Reads until it is what is expected, or else tells what it was at last.</summary>
    internal static async Task EventuallyAsync<T>(Func<T> read, T expected)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!Equals(read(), expected) && TimeProvider.System.GetElapsedTime(since) < Patience) await Task.Delay(5);
        read().ShouldBe(expected);
    }

    /// <summary>Asks until the answer is this one: servers and connections take their time to come back.</summary>
    internal static async Task EventuallyAsync(this IRedis redis, string expected, params string[] words)
    {
        var last = "";
        for (var since = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(since) < Patience;)
        {
            last = await redis.AskAsync(words);
            if (last == expected) return;
            await Task.Delay(25);
        }

        last.ShouldBe(expected);
    }
}
