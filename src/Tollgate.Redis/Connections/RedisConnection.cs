using Tollgate.Redis.Resp;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Redis.Connections;

/// <summary>
/// One connection. Commands of all callers go out in batches, replies come back in order. A reply that does not come in time ends the
/// connection: whatever is behind it would be late, too, and an answer must never be taken for another command's.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    private static readonly byte[] Ping = "*1\r\n$4\r\nPING\r\n"u8.ToArray();

    private readonly Wire _wire;
    private readonly RedisOptions _options;
    private readonly ReplyQueue _queue;
    private readonly ReplyReader _reader;
    private readonly Action _write;
    private readonly ITimer _watch;
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes over the wire.</summary>
    internal RedisConnection(Wire wire, RedisOptions options, TimeProvider time)
    {
        (_wire, _options, _queue) = (wire, options, new ReplyQueue(options, time));
        _reader = new ReplyReader(wire, _queue, options.Limits);
        _write = () => _ = WriteAsync();
        var interval = options.Timeout / 4;
        _watch = time.CreateTimer(_ => Watch(), null, interval, interval);
        _ = ReadAsync();
    }

    /// <summary>Completes with the reason when the connection has ended.</summary>
    internal Task<string> Closed => _closed.Task;

    /// <summary>Sends a command, maybe with another right before it whose reply nobody wants.</summary>
    internal ValueTask<RedisReply> SendAsync(ReadOnlyMemory<byte> command, ReadOnlyMemory<byte> prelude = default)
    {
        var reply = _queue.Add(prelude.Span, command.Span, out var mustSend);
        if (mustSend && !_wire.TryAtTurnEnd(_write)) _write();
        return reply;
    }

    /// <summary>Ends it. Who waits learns that the outcome is not known.</summary>
    internal void Close(string reason)
    {
        if (_queue.Close(reason) is not { } waiting) return;
        _watch.Dispose();
        _wire.Dispose();
        _closed.TrySetResult(reason);
        foreach (var pending in waiting) pending.Complete(new RedisReply(Delivery.Unknown, RespValue.Null, reason), isInline: false);
    }

    public void Dispose() => Close("the gateway ends");

    private async Task WriteAsync()
    {
        try
        {
            while (_queue.NextBatch() is { IsEmpty: false } batch) await _wire.WriteAsync(batch).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Close($"writing failed: {e.Message}");
        }
    }

    private async Task ReadAsync()
    {
        if (await _reader.RunAsync().ConfigureAwait(false) is { } reason) Close(reason);
    }

    // Replies come in order and all have the same time: it is enough to look at the oldest.
    private void Watch()
    {
        if (_reader.TryRelieve()) _ = ReadAsync();
        if (_queue.OldestWait > _options.Timeout) Close($"no reply within {_options.Timeout.TotalMilliseconds:0} ms");
        else if (_queue.Idle > _options.PingInterval) _ = PingAsync();
    }

    private async Task PingAsync() => _ = await SendAsync(Ping).ConfigureAwait(false);
}
