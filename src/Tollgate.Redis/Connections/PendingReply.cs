using System.Threading.Tasks.Sources;

namespace Tollgate.Redis.Connections;

/// <summary>The place of a reply that is awaited. Its owner takes it back once the reply is fetched, to use it again.</summary>
internal sealed class PendingReply(Action<PendingReply> giveBack) : IValueTaskSource<RedisReply>
{
    private ManualResetValueTaskSourceCore<RedisReply> _core;

    internal ValueTask<RedisReply> Task => new(this, _core.Version);

    /// <param name="reply">The reply.</param>
    /// <param name="isInline">True: whoever waits goes on right here. Else on the thread pool.</param>
    internal void Complete(in RedisReply reply, bool isInline)
    {
        _core.RunContinuationsAsynchronously = !isInline;
        _core.SetResult(reply);
    }

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
