using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Envelopes;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Pipeline;

/// <summary>
/// Relays a stream of events, and is the only place that does its I/O:
/// <code>
///   provider ──read──► frames ──tap──► client      one flush for each read
///             (AWS event stream: unwrapped to SSE first)
/// </code>
/// Whole frames only go on, so that whatever breaks, the client never has half an event before the error.
/// </summary>
internal sealed class StreamPump(GatewayRequest request, UsageTap tap, Stream source, in TransferPlan plan, ResponseOwners owners) : IDisposable
{
    private const int ReadSize = 16 * 1024;
    private const int LongestFrame = 32 * 1024 * 1024;

    private readonly Provider _provider = plan.Provider;
    private readonly bool _withholdUsage = plan.WithholdUsage;
    private readonly FrameBuffer _frames = new(ReadSize, LongestFrame);
    private readonly FrameBuffer? _messages = plan.AwsEventStream ? new FrameBuffer(ReadSize, LongestFrame) : null;
    private readonly PipeWriter _client = request.Context.Response.BodyWriter;
    private int _scanned;
    private bool _corrupt;
    private bool _owned;
    private bool _skipLineFeed;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync()
    {
        while (true)
        {
            int read;
            try
            {
                read = await ReadAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (Upstream.IsFailure(e))
            {
                if (HasLingered) return await EndAsync().ConfigureAwait(false);
                return await BreakAsync(Upstream.Classify(e, request, _provider)).ConfigureAwait(false);
            }

            if (read == 0) return await EndAsync().ConfigureAwait(false);
            var wrote = Pass();
            if (_corrupt) return await BreakAsync(AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, $"provider '{_provider.Name}' sent a damaged event stream")).ConfigureAwait(false);
            if (wrote && !await FlushAsync().ConfigureAwait(false)) return AttemptOutcome.ClientLeft;
            if (tap.SawEnd && EndMark.Needed(request.Operation)) return AttemptOutcome.Done; // some providers leave the connection open
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _messages?.Dispose();
    }

    private bool IsFinished => tap.SawFinish && EndMark.Needed(request.Operation);

    /// <summary>True when a finished answer got no end mark in the time that it had for it.</summary>
    private bool HasLingered => IsFinished && request.Clock.Phase == WaitPhase.Tail && request.Clock.Token.IsCancellationRequested && !request.Clock.ClientLeft;

    private ValueTask<int> ReadAsync()
    {
        var clock = request.Clock;
        var buffer = _messages ?? _frames;
        if (buffer.IsFull) throw new InvalidDataException("an event is longer than 32 MB");
        var pending = source.ReadAsync(buffer.GetMemory(ReadSize / 4), clock.Token);
        if (pending.IsCompletedSuccessfully)
        {
            buffer.Advance(pending.Result);
            return pending;
        }

        clock.Enter(IsFinished ? WaitPhase.Tail : tap.SawContent ? WaitPhase.Idle : WaitPhase.FirstToken, stream: true);
        return AwaitRead(pending, buffer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> AwaitRead(ValueTask<int> pending, FrameBuffer buffer)
    {
        var read = await pending.ConfigureAwait(false);
        buffer.Advance(read);
        return read;
    }

    /// <summary>Passes on every whole frame. True when there was one.</summary>
    private bool Pass()
    {
        if (_messages is not null) Unwrap(_messages);
        var unread = _frames.Unread;
        int at = SkipLineFeed(unread), from = at, length;
        while ((length = Sse.FrameLength(unread[at..], ref _scanned)) > 0)
        {
            _scanned = 0;
            var kind = Observe(unread.Slice(at, length));
            if (kind == FrameKind.UsageOnly && _withholdUsage)
            {
                Write(unread[from..at]);
                from = at + length;
                _skipLineFeed = from == unread.Length && unread[^1] == '\r';
            }

            at += length;
            if (kind == FrameKind.End && EndMark.Needed(request.Operation)) break;
        }

        var wrote = request.Record.BytesOut;
        Write(unread[from..at]);
        if (tap.SawEnd && unread[..at].EndsWith("\r\n\r"u8)) Write("\n"u8); // the other half will not be read
        _frames.Consume(at);
        return request.Record.BytesOut != wrote || from > 0;
    }

    /// <summary>Half a CRLF closes a frame already; when that frame was withheld, so is the other half.</summary>
    private int SkipLineFeed(ReadOnlySpan<byte> unread)
    {
        if (!_skipLineFeed || unread.IsEmpty) return 0;
        _skipLineFeed = false;
        return unread[0] == '\n' ? 1 : 0;
    }

    private FrameKind Observe(ReadOnlySpan<byte> raw)
    {
        var kind = tap.OnFrame(SseFrame.Parse(raw));
        if (kind == FrameKind.Content) request.Record.TimeToFirstToken ??= request.Elapsed;
        if (!_owned && tap.ResponseId is not null)
        {
            // Before the client can know the id: it may cancel the response while it streams.
            _owned = true;
            owners.Remember(request.Operation, tap.ResponseId, _provider.Name);
        }

        return kind;
    }

    private void Unwrap(FrameBuffer messages)
    {
        while (true)
        {
            var status = AwsEventStream.TryRead(messages.Unread, out var message, out var consumed);
            if (status == AwsEventStatus.NeedMore) return;
            _corrupt = status == AwsEventStatus.Corrupt || BedrockInvoke.Unwrap(message, _frames) == BedrockFrameResult.Corrupt;
            if (_corrupt) return;
            messages.Consume(consumed);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        _client.Write(bytes);
        request.Record.BytesOut += bytes.Length;
        request.Capture(bytes);
    }

    /// <summary>False when the client has left.</summary>
    private ValueTask<bool> FlushAsync()
    {
        var pending = _client.FlushAsync(request.Context.RequestAborted);
        if (pending.IsCompletedSuccessfully) return new(!pending.Result.IsCompleted);

        // A slow client is no fault of the provider: its limits rest while the client reads.
        request.Clock.Pause();
        return AwaitFlush(pending);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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

    /// <summary>The provider closed. An answer that is whole gets the end mark it lacks; one that is not never looks whole.</summary>
    private async ValueTask<AttemptOutcome> EndAsync()
    {
        PassRest();
        if (!tap.SawEnd && !tap.SawError && EndMark.Needed(request.Operation))
        {
            if (!tap.SawFinish || _messages is { Unread.IsEmpty: false })
            {
                return await BreakAsync(AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, $"provider '{_provider.Name}' ended its answer before it was complete")).ConfigureAwait(false);
            }

            Write(EndMark.Of(request.Operation));
        }

        return await FlushAsync().ConfigureAwait(false) ? AttemptOutcome.Done : AttemptOutcome.ClientLeft;
    }

    /// <summary>The last event may lack its blank line. Half an event is dropped, as a client would that reads to the end.</summary>
    private void PassRest()
    {
        var rest = _frames.Unread;
        if (request.Operation.Body == BodyKind.Opaque)
        {
            Write(rest); // of a forwarded stream nothing is known, so nothing is mended
        }
        else if (LastFrame.IsWhole(rest) && !(Observe(rest) == FrameKind.UsageOnly && _withholdUsage))
        {
            Write(rest);
            Write(rest[^1] == '\n' ? "\n"u8 : "\n\n"u8);
        }

        _frames.Consume(rest.Length);
    }

    /// <summary>Tells the client in its dialect, in the stream, unless nothing has gone out yet: then the caller answers with a status.</summary>
    private async ValueTask<AttemptOutcome> BreakAsync(AttemptOutcome outcome)
    {
        // An error that the provider has told needs no second one.
        if (tap.SawError && request.Record.BytesOut > 0 && outcome.Culprit != Culprit.Client) return AttemptOutcome.Done;

        // Written is as good as gone out: what is in the buffer cannot be taken back.
        if (outcome.Culprit == Culprit.Client || (request.Record.BytesOut == 0 && !request.Context.Response.HasStarted)) return outcome;
        var error = new ArrayBufferWriter<byte>(512);
        ErrorBody.WriteEvent(error, request.Operation, outcome.Failure!, outcome.Detail!, request.Record.RequestId);
        Write(error.WrittenSpan);
        await FlushAsync().ConfigureAwait(false);
        return outcome;
    }
}
