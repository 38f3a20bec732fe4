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
internal sealed class StreamPump(GatewayRequest request, UsageTap tap, Stream source, in TransferPlan plan) : IDisposable
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
                return await BreakAsync(Upstream.Classify(e, request, _provider)).ConfigureAwait(false);
            }

            if (read == 0) return await EndAsync().ConfigureAwait(false);
            var wrote = Pass();
            if (_corrupt) return await BreakAsync(AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, $"provider '{_provider.Name}' sent a damaged event stream")).ConfigureAwait(false);
            if (wrote && !await FlushAsync().ConfigureAwait(false)) return AttemptOutcome.ClientLeft;
            if (tap.SawEnd) return AttemptOutcome.Done; // some providers leave the connection open
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _messages?.Dispose();
    }

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

        clock.Enter(tap.SawContent ? WaitPhase.Idle : WaitPhase.FirstToken, stream: true);
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
        int at = 0, from = 0, length;
        while ((length = Sse.FrameLength(unread[at..], ref _scanned)) > 0)
        {
            _scanned = 0;
            var kind = Observe(unread.Slice(at, length));
            if (kind == FrameKind.UsageOnly && _withholdUsage)
            {
                Write(unread[from..at]);
                from = at + length;
            }

            at += length;
            if (kind == FrameKind.End) break;
        }

        var wrote = request.Record.BytesOut;
        Write(unread[from..at]);
        _frames.Consume(at);
        return request.Record.BytesOut != wrote || from > 0;
    }

    private FrameKind Observe(ReadOnlySpan<byte> raw)
    {
        var kind = tap.OnFrame(SseFrame.Parse(raw));
        if (kind == FrameKind.Content) request.Record.TimeToFirstToken ??= request.Elapsed;
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
        var rest = _frames.Unread;
        if (!rest.IsEmpty)
        {
            // The last frame lacks its blank line.
            var kind = Observe(rest);
            if (kind is not FrameKind.Other || tap.SawEnd)
            {
                Write(rest);
                if (!rest.EndsWith("\n\n"u8) && !rest.EndsWith("\r\n\r\n"u8)) Write("\n\n"u8);
            }

            _frames.Consume(rest.Length);
        }

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

    /// <summary>Tells the client in its dialect, in the stream, unless nothing has gone out yet: then the caller answers with a status.</summary>
    private async ValueTask<AttemptOutcome> BreakAsync(AttemptOutcome outcome)
    {
        if (outcome.Culprit == Culprit.Client || !request.Context.Response.HasStarted) return outcome;
        ErrorBody.WriteEvent(_client, request.Operation, outcome.Failure!, outcome.Detail!, request.Record.RequestId);
        await FlushAsync().ConfigureAwait(false);
        return outcome;
    }
}
