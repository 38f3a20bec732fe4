using System.Buffers;
using System.IO.Pipelines;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Envelopes;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Framing;

namespace Tollgate.Pipeline.Translation;

/// <summary>
/// Streams an answer from one dialect into another; the only place that does this I/O:
/// <code>
///   provider ──read──► frames ──EventReader──► events ──EventWriter──► client      one flush for each read
/// </code>
/// </summary>
internal sealed class TranslatePump : IDisposable
{
    private const int ReadSize = 16 * 1024;
    private const int LongestHoldBack = 64 * 1024;
    private const int LongestFrame = 32 * 1024 * 1024;

    private readonly GatewayRequest _request;
    private readonly Stream _source;
    private readonly TransferPlan _plan;
    private readonly FrameBuffer _frames = new(ReadSize, LongestFrame);
    private readonly ArrayBufferWriter<byte> _lines = new(1024);
    private readonly EventReader _reader;
    private readonly EventWriter _writer;
    private readonly FidelityLog _unsaid;
    private readonly PipeWriter _client;
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly List<ChatEvent> _events = [];
    private int _scanned;
    private bool _corrupt;
    private bool _ended;
    private bool _finished;
    private ChatEvent? _error;

    internal TranslatePump(GatewayRequest request, Stream source, TransferPlan plan)
    {
        (_request, _source, _plan) = (request, source, plan);
        _reader = plan.Translation!.Upstream.CreateEventReader(plan.Translation.Request);
        var context = TranslatedAnswer.Context(request, plan);
        _writer = plan.Translation.Client.CreateEventWriter(context);
        _unsaid = context.Log;
        _client = request.Context.Response.BodyWriter;
        request.Record.Stream = true;
    }

    internal async ValueTask<AttemptOutcome> RunAsync()
    {
        while (true)
        {
            int read;
            try
            {
                if (_frames.IsFull) throw new InvalidDataException("an event is longer than 32 MB");
                _request.Clock.Enter(_finished ? WaitPhase.Tail : _request.Record.TimeToFirstToken is null ? WaitPhase.FirstToken : WaitPhase.Idle, stream: true);
                read = await _source.ReadAsync(_frames.GetMemory(ReadSize / 4), _request.Clock.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (Upstream.IsFailure(e))
            {
                // A finished answer that gets no end mark in the time that it has for it ends all the same.
                if (!HasLingered) return await BreakAsync(Upstream.Classify(e, _request, _plan.Provider)).ConfigureAwait(false);
                read = 0;
            }

            _frames.Advance(read);
            ReadFrames();
            if (read == 0) ReadEnd();
            Translate();
            if (_error is { } error && IsHeldBack) return await TranslatedAnswer.ProviderErrorAsync(_request, error).ConfigureAwait(false);
            var broken = _ended ? null : _corrupt ? "sent a damaged event stream" : read == 0 ? "ended its answer before it was complete" : null;
            if (IsHeldBack && !_ended)
            {
                if (broken is not null) return Broken(broken); // nothing has gone out: the failure gets a status
                continue;
            }

            if (!await FlushAsync().ConfigureAwait(false)) return AttemptOutcome.ClientLeft;
            if (_ended) return AttemptOutcome.Done;
            if (broken is not null) return await BreakAsync(Broken(broken)).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        TranslatedAnswer.Announce(_request, _plan.Translation!, _unsaid);
    }

    private bool HasLingered => _finished && _request.Clock.Phase == WaitPhase.Tail && _request.Clock.Token.IsCancellationRequested && !_request.Clock.ClientLeft;

    /// <summary>True until there is content: what comes before it waits, so that an error in its place still gets its own status.</summary>
    private bool IsHeldBack => _request.Record.TimeToFirstToken is null && !_request.Context.Response.HasStarted && _output.WrittenCount < LongestHoldBack;

    private AttemptOutcome Broken(string how) => AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, $"provider '{_plan.Provider.Name}' {how}");

    private void ReadFrames()
    {
        if (_plan.AwsEventStream) ReadMessages();
        else ReadServerSentEvents();
    }

    private void ReadServerSentEvents()
    {
        var unread = _frames.Unread;
        int at = 0, length;
        while ((length = Sse.FrameLength(unread[at..], ref _scanned)) > 0)
        {
            _scanned = 0;
            Read(SseFrame.Parse(unread.Slice(at, length)));
            at += length;
        }

        _frames.Consume(at);
    }

    /// <summary>The provider closed: its last event may lack the blank line.</summary>
    private void ReadEnd()
    {
        var rest = _frames.Unread;
        if (!_plan.AwsEventStream && LastFrame.IsWhole(rest)) Read(SseFrame.Parse(rest));
        _reader.Complete(_events);
    }

    private void Read(SseFrame frame)
    {
        if (!frame.HasData) return;
        if (!frame.IsMultiline)
        {
            _reader.Read(frame.Event, frame.Data, isException: false, _events);
            return;
        }

        _lines.ResetWrittenCount();
        frame.CopyData(_lines);
        _reader.Read(frame.Event, _lines.WrittenSpan, isException: false, _events);
    }

    private void ReadMessages()
    {
        while (!_corrupt)
        {
            var status = AwsEventStream.TryRead(_frames.Unread, out var message, out var consumed);
            if (status == AwsEventStatus.NeedMore) return;
            _corrupt = status == AwsEventStatus.Corrupt;
            if (_corrupt) return;
            Read(message);
            _frames.Consume(consumed);
        }
    }

    private void Read(AwsEventMessage message)
    {
        if (message.EventType.SequenceEqual("chunk"u8)) ReadChunk(message);
        else if (message.MessageType.SequenceEqual("event"u8)) _reader.Read(message.EventType, message.Payload, isException: false, _events);
        else if (message.MessageType.SequenceEqual("exception"u8)) _reader.Read(message.ExceptionType, message.Payload, isException: true, _events);
        else _reader.Read(message.ErrorCode, message.ErrorMessage, isException: true, _events);
    }

    /// <summary>InvokeModel wraps the events of the model's own dialect once more.</summary>
    private void ReadChunk(in AwsEventMessage message)
    {
        _lines.ResetWrittenCount();
        _corrupt = BedrockInvoke.Unwrap(message, _lines) == BedrockFrameResult.Corrupt;
        if (_corrupt) return;
        var frame = SseFrame.Parse(_lines.WrittenSpan);
        _reader.Read(frame.Event, frame.Data, isException: false, _events);
    }

    private void Translate()
    {
        foreach (var step in _events)
        {
            if (_ended) break;
            Record(step);
            if (_error is not null && IsHeldBack) break;
            _writer.Write(step, _output);
        }

        _events.Clear();
    }

    private void Record(in ChatEvent step)
    {
        var record = _request.Record;
        if (step.Usage is { } usage) record.Usage = usage;
        switch (step.Kind)
        {
            case ChatEventKind.Start:
                (record.ResponseId, record.ResponseModel) = (step.Id, step.Name);
                break;
            case ChatEventKind.Text or ChatEventKind.Reasoning or ChatEventKind.ToolCall or ChatEventKind.Refusal:
                record.TimeToFirstToken ??= _request.Elapsed;
                break;
            case ChatEventKind.Finish:
                _finished = true;
                record.FinishReason = step.NativeFinish;
                break;
            case ChatEventKind.Error:
                record.ErrorCode = "provider_stream_error";
                _error = step;
                _ended = true;
                break;
            case ChatEventKind.End:
                _ended = true;
                break;
            default:
                break;
        }
    }

    /// <summary>False when the client has left.</summary>
    private async ValueTask<bool> FlushAsync()
    {
        if (_output.WrittenCount == 0) return true;
        _client.Write(_output.WrittenSpan);
        _request.Record.BytesOut += _output.WrittenCount;
        _request.Capture(_output.WrittenSpan);
        _output.ResetWrittenCount();
        var pending = _client.FlushAsync(_request.Context.RequestAborted);
        if (!pending.IsCompleted) _request.Clock.Pause();
        return !(await pending.ConfigureAwait(false)).IsCompleted;
    }

    private async ValueTask<AttemptOutcome> BreakAsync(AttemptOutcome outcome)
    {
        if (outcome.Culprit == Culprit.Client || !_request.Context.Response.HasStarted) return outcome;
        _writer.Write(new ChatEvent(ChatEventKind.Error) { Name = outcome.Failure!.Code, Text = outcome.Detail, Index = outcome.Failure.Status }, _output);
        await FlushAsync().ConfigureAwait(false);
        return outcome;
    }
}
