using System.Buffers;

namespace Tollgate.Redis.Connections;

/// <summary>
/// What a connection has to send and whose replies it awaits, in one order: under one lock, so that the bytes and the replies cannot get out
/// of step. While one batch is on its way the next one gathers, which is all there is to pipelining.
/// </summary>
internal sealed class ReplyQueue(RedisOptions options, TimeProvider time)
{
    private const int MaxSpare = 256;

    private readonly Lock _gate = new();
    private readonly Queue<Awaited> _awaited = new();
    private readonly Stack<PendingReply> _spare = new();
    private ArrayBufferWriter<byte> _gathering = new(1024);
    private ArrayBufferWriter<byte> _sending = new(1024);
    private bool _isSending;
    private string? _closed;
    private long _lastUse = time.GetTimestamp();

    /// <summary>Adds a command.</summary>
    /// <param name="prelude">Sent right before it, its own reply thrown away; empty for none.</param>
    /// <param name="command">In the wire's form.</param>
    /// <param name="mustSend">True: the caller has to begin to send.</param>
    internal ValueTask<RedisReply> Add(ReadOnlySpan<byte> prelude, ReadOnlySpan<byte> command, out bool mustSend)
    {
        mustSend = false;
        lock (_gate)
        {
            if (_closed is not null) return new(RedisReply.NotSent(_closed));
            if (_awaited.Count >= options.MaxInFlight) return new(RedisReply.NotSent($"{_awaited.Count} commands wait for a reply already"));
            if (_gathering.WrittenCount + command.Length > options.MaxUnsent) return new(RedisReply.NotSent($"{_gathering.WrittenCount} bytes wait to be sent already"));
            var now = _lastUse = time.GetTimestamp();
            if (!prelude.IsEmpty)
            {
                _gathering.Write(prelude);
                _awaited.Enqueue(new Awaited(null, now));
            }

            var pending = _spare.Count > 0 ? _spare.Pop() : new PendingReply(TakeBack);
            _gathering.Write(command);
            _awaited.Enqueue(new Awaited(pending, now));
            mustSend = !_isSending;
            _isSending = true;
            return pending.Task;
        }
    }

    /// <summary>What is to be sent next; empty: nothing, and the next <see cref="Add"/> says that sending has to begin.</summary>
    internal ReadOnlyMemory<byte> NextBatch()
    {
        lock (_gate)
        {
            _sending.ResetWrittenCount();
            _isSending = _gathering.WrittenCount > 0;
            (_gathering, _sending) = (_sending, _gathering);
            return _sending.WrittenMemory;
        }
    }

    /// <summary>Whose reply comes next; null inside: nobody's who waits. False: none was awaited, or the queue is closed.</summary>
    internal bool TryTake(out PendingReply? pending)
    {
        lock (_gate)
        {
            var found = _awaited.TryDequeue(out var awaited);
            pending = awaited.Reply;
            return found;
        }
    }

    /// <summary>How long the oldest command has waited; zero when none does.</summary>
    internal TimeSpan OldestWait
    {
        get
        {
            lock (_gate) return _awaited.TryPeek(out var oldest) ? time.GetElapsedTime(oldest.Since) : TimeSpan.Zero;
        }
    }

    /// <summary>How long nothing was sent and nothing awaited.</summary>
    internal TimeSpan Idle
    {
        get
        {
            lock (_gate) return _awaited.Count > 0 ? TimeSpan.Zero : time.GetElapsedTime(_lastUse);
        }
    }

    /// <summary>Takes no more, and hands out who still waits. Null: it was closed before.</summary>
    /// <remarks>All at once: a reader that is still at work must find nobody, or it would give one command's reply to the next.</remarks>
    internal List<PendingReply>? Close(string reason)
    {
        lock (_gate)
        {
            if (_closed is not null) return null;
            _closed = reason;
            var waiting = _awaited.Select(awaited => awaited.Reply).OfType<PendingReply>().ToList();
            _awaited.Clear();
            return waiting;
        }
    }

    private void TakeBack(PendingReply pending)
    {
        lock (_gate)
        {
            if (_spare.Count < MaxSpare) _spare.Push(pending);
        }
    }

    private readonly record struct Awaited(PendingReply? Reply, long Since);
}
