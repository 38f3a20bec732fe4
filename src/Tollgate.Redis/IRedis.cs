using Tollgate.Redis.Connections;

namespace Tollgate.Redis;

/// <summary>
/// All that the counters want of a client: another one can take the place of ours behind this. Commands are bytes in the wire's form.
/// </summary>
internal interface IRedis : IAsyncDisposable
{
    /// <summary>True while commands can be sent.</summary>
    bool IsUp { get; }

    /// <summary>Sends a command and waits for its reply, never longer than the time-out. Does not throw: what went wrong is in the answer.</summary>
    ValueTask<RedisReply> SendAsync(RedisCommand command);

    /// <summary>True: all keys may be in one command.</summary>
    bool IsOnePlace { get; }

    /// <summary>Keys of the same group may be in one command.</summary>
    int GroupOf(ReadOnlySpan<byte> key);
}
