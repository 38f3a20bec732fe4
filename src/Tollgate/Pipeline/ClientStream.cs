using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Tollgate.Protocols.Errors;
using Tollgate.Reuse;

namespace Tollgate.Pipeline;

/// <summary>
/// The client's end of a stream. Until it is committed, what is written waits here, so that another attempt can still take its place;
/// from then on it goes straight to the client.
/// </summary>
/// <param name="request">Whose client.</param>
/// <param name="head">Goes out with the first bytes.</param>
/// <param name="holds">False: the first bytes commit.</param>
internal sealed class ClientStream(GatewayRequest request, ResponseHead head, bool holds) : IBufferWriter<byte>, IDisposable
{
    private const int MostHeld = 64 * 1024;

    private readonly PipeWriter _client = request.Context.Response.BodyWriter;
    private FrameBuffer? _held;
    private Memory<byte> _lent;
    private bool _isDirty;

    /// <summary>True when the client has, or is about to get, the head of this answer: nobody else can answer any more.</summary>
    internal bool IsCommitted { get; private set; }

    /// <summary>True when another attempt answers the client: what is written here goes nowhere.</summary>
    internal bool IsOutrun { get; private set; }

    /// <summary>True when no more can wait.</summary>
    internal bool IsFull => _held?.Unread.Length >= MostHeld;

    /// <summary>What waits.</summary>
    internal ReadOnlySpan<byte> Held => _held is null ? default : _held.Unread;

    /// <summary>The head, and what has waited, go out; what follows goes at once.</summary>
    internal void Commit()
    {
        if (IsCommitted || IsOutrun) return;
        if (!request.Claim())
        {
            IsOutrun = true;
            return;
        }

        IsCommitted = true;
        request.Clock.Commit();
        head.Apply(request);
        if (_held is null) return;
        Write(_held.Unread);
        _held.Dispose();
        _held = null;
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        if (!Goes)
        {
            _held!.Write(bytes);
            return;
        }

        _client.Write(bytes);
        _isDirty = true;
        request.Record.BytesOut += bytes.Length;
        request.Capture(bytes);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!Goes) return _held!.GetMemory(sizeHint);
        var memory = _client.GetMemory(sizeHint);
        if (request.Captured is not null) _lent = memory;
        return memory;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        if (!IsCommitted)
        {
            _held!.Advance(count);
            return;
        }

        if (count == 0) return;
        _isDirty = true;
        request.Record.BytesOut += count;
        if (request.Captured is not null) request.Capture(_lent.Span[..count]);
        _client.Advance(count);
    }

    /// <summary>False when the client has left.</summary>
    internal ValueTask<bool> FlushAsync()
    {
        if (!_isDirty) return new(true);
        _isDirty = false;
        var pending = _client.FlushAsync(request.Context.RequestAborted);
        if (pending.IsCompletedSuccessfully) return new(!pending.Result.IsCompleted);

        // A slow client is no fault of the provider: its limits rest while the client reads.
        request.Clock.Pause();
        return AwaitFlush(pending);
    }

    /// <summary>Writes an error event in the client's dialect, for streams that the provider itself has worded so far.</summary>
    internal void Tell(AttemptOutcome outcome) => ErrorBody.WriteEvent(this, request.Operation, outcome.Failure!, outcome.Detail!, request.Record.RequestId);

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }

    private bool Goes
    {
        get
        {
            if (IsCommitted) return true;
            if (!holds) Commit();
            if (IsCommitted) return true;
            _held ??= new FrameBuffer(4096, int.MaxValue);
            return false;
        }
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<bool> AwaitFlush(ValueTask<FlushResult> pending)
    {
        try
        {
            return !(await pending.ConfigureAwait(false)).IsCompleted;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
