using Tollgate.Redis.Resp;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Redis.Connections;

/// <summary>
/// Reads replies and hands them to those who wait, in order. On connections that are polled it goes on with them right here, which costs no other
/// thread; one that does not come back is left behind, and another thread reads on:
/// <code>
///             a reply is handed out              it came back
///   n, even ───────────────────────► n+1, odd ───────────────► n+2
///                                        └── relieved ─────────► n+2, who comes back later finds that and leaves
/// </code>
/// </summary>
/// <param name="wire">What is read.</param>
/// <param name="queue">Who waits.</param>
/// <param name="limits">How much a reply may hold.</param>
internal sealed class ReplyReader(Wire wire, ReplyQueue queue, RespLimits limits)
{
    private readonly ReceiveBuffer _buffer = new();
    private readonly RespDecoder _decoder = new(limits);
    private readonly bool _isInline = wire.IsPolled;
    private long _step;
    private long _seen = -1;

    /// <summary>Reads until the connection ends.</summary>
    /// <returns>Why nothing more is read; null: another thread does it.</returns>
    internal async Task<string?> RunAsync()
    {
        try
        {
            while (true)
            {
                if (!TryDeliver(out var refusal)) return null;
                if (refusal is not null) return refusal;
                var count = await wire.ReadAsync(_buffer.Free()).ConfigureAwait(false);
                if (count <= 0) return "the server closed the connection";
                _buffer.Advance(count);
            }
        }
        catch (Exception e)
        {
            return $"reading failed: {e.Message}";
        }
    }

    /// <summary>
    /// Looks from time to time. True: it has been with the same waiter since the last look, and does not read on when it comes back: the caller has to
    /// call <see cref="RunAsync"/>.
    /// </summary>
    internal bool TryRelieve()
    {
        var step = Volatile.Read(ref _step);
        if ((step & 1) != 0 && step == _seen) return Interlocked.CompareExchange(ref _step, step + 1, step) == step;
        _seen = step;
        return false;
    }

    /// <summary>Hands out what is there. False: another thread has taken over.</summary>
    /// <param name="refusal">What the server says that it will say to everybody from now on; null: nothing of the kind.</param>
    private bool TryDeliver(out string? refusal)
    {
        refusal = null;
        while (true)
        {
            var isWhole = _decoder.TryRead(_buffer.Filled, out var consumed, out var reply);
            _buffer.Consume(consumed);
            if (!isWhole) return true;
            if (reply.Type == RespType.Push) continue; // said unasked; nothing is subscribed to
            if (!queue.TryTake(out var pending)) throw new RespException("a reply came that nobody asked for");

            // After a fail-over the name leads to another server: only a new connection finds it.
            if (reply.IsErrorOf("READONLY"u8)) refusal = "the server is a replica now";
            if (pending is not null && !TryComplete(pending, new RedisReply(Delivery.Answered, reply))) return false;
            if (refusal is not null) return true;
        }
    }

    private bool TryComplete(PendingReply pending, in RedisReply reply)
    {
        if (!_isInline)
        {
            pending.Complete(reply, isInline: false);
            return true;
        }

        var step = _step + 1; // nobody else changes an even one
        Volatile.Write(ref _step, step);
        pending.Complete(reply, isInline: true);
        return Interlocked.CompareExchange(ref _step, step + 1, step) == step;
    }
}
