using System.Threading.Tasks.Sources;

namespace Tollgate.Redis.Connections;

/// <summary>The place of a reply that is awaited. Its owner takes it back once the reply is fetched, to use it again.</summary>
internal sealed class PendingReply(Action<PendingReply> giveBack) : IValueTaskSource<RedisReply>
{
    // Whoever waits goes on elsewhere: the reader must go on with the replies of others.
    private ManualResetValueTaskSourceCore<RedisReply> _core = new() { RunContinuationsAsynchronously = true };

    internal ValueTask<RedisReply> Task => new(this, _core.Version);

    internal void Complete(in RedisReply reply) => _core.SetResult(reply);

    public RedisReply GetResult(short token)
    {
        var reply = _core.GetResult(token);
        _core.Reset();
        giveBack(this);
        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
