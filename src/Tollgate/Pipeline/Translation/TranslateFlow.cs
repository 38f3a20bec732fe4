using System.Runtime.InteropServices;
using Tollgate.Metering;
using Tollgate.Pipeline.Resuming;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Envelopes;
using Tollgate.Protocols.Framing;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Translation;

/// <summary>Frames of one dialect become frames of another: <c>frames ──EventReader──► events ──EventWriter──► frames</c>.</summary>
internal sealed class TranslateFlow : FrameFlow
{
    private const int ReadSize = 16 * 1024;
    private const int LongestFrame = 32 * 1024 * 1024;

    private readonly GatewayRequest _request;
    private readonly UpstreamResponse _response;
    private readonly TransferPlan _plan;
    private readonly FrameBuffer _frames = new(ReadSize, LongestFrame);
    private readonly FrameBuffer _lines = new(1024, LongestFrame);
    private readonly EventReader _reader;
    private readonly EventWriter _writer;
    private readonly ResumableStream? _resumable;
    private readonly List<ChatEvent> _events;
    private int _scanned;
    private bool _corrupt;
    private bool _content;
    private bool _finished;
    private bool _ended;
    private ChatEvent? _error;

    /// <param name="request">The client's.</param>
    /// <param name="response">The provider's answer.</param>
    /// <param name="plan">The attempt.</param>
    /// <param name="resumable">Set when another attempt may go on with this answer, or this one goes on with another's.</param>
    internal TranslateFlow(GatewayRequest request, UpstreamResponse response, TransferPlan plan, ResumableStream? resumable)
    {
        (_request, _response, _plan, _resumable) = (request, response, plan, resumable);
        _events = request.Translations.Events();
        _reader = plan.Translation!.Upstream.CreateEventReader(plan.Translation.Request);
        var context = TranslatedAnswer.Context(request, plan);
        _writer = resumable?.Writer ?? plan.Translation.Client.CreateEventWriter(context);
        if (resumable is not null) resumable.Writer = _writer;
        Unsaid = context.Log;
    }

    /// <summary>What of the answer the client's dialect could not say.</summary>
    internal FidelityLog Unsaid { get; }

    internal override FrameBuffer Input => _frames;

    internal override bool SawContent => _content;

    internal override bool SawFinish => _finished;

    internal override bool SawEnd => _ended;

    internal override bool IsCorrupt => _corrupt;

    internal override FailureClass? Fault => _error is { } error ? TranslatedAnswer.ClassOf(error) : null;

    internal override void Pass(ClientStream client)
    {
        if (_plan.AwsEventStream) ReadMessages();
        else ReadServerSentEvents();
        Translate(client);
    }

    internal override bool End(ClientStream client)
    {
        // The last event may lack its blank line.
        var rest = _frames.Unread;
        if (!_plan.AwsEventStream && LastFrame.IsWhole(rest)) Read(SseFrame.Parse(rest));
        _reader.Complete(_events);
        Translate(client);
        return _ended;
    }

    internal override Farewell Farewell => new(null, _error);

    internal override void Tell(AttemptOutcome outcome, ClientStream client) => _writer.Write(TranslatedAnswer.ErrorOf(outcome), client);

    internal override HeldAnswer? Hold(ClientStream client, bool mayRetry) => new HeldFault(_response, _plan, _error!.Value);

    public override void Dispose()
    {
        _frames.Dispose();
        _lines.Dispose();
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

    private void Read(SseFrame frame)
    {
        Frames++;
        if (!frame.HasData) return;
        if (!frame.IsMultiline)
        {
            Read(frame.Event, frame.Data, isException: false);
            return;
        }

        frame.CopyData(_lines);
        Read(frame.Event, _lines.Unread, isException: false);
        _lines.Consume(_lines.Unread.Length);
    }

    private void ReadMessages()
    {
        while (!_corrupt)
        {
            var status = AwsEventStream.TryRead(_frames.Unread, out var message, out var consumed);
            if (status == AwsEventStatus.NeedMore) return;
            _corrupt = status == AwsEventStatus.Corrupt;
            if (_corrupt) return;
            Frames++;
            Read(message);
            _frames.Consume(consumed);
        }
    }

    private void Read(AwsEventMessage message)
    {
        if (message.EventType.SequenceEqual("chunk"u8)) ReadChunk(message);
        else if (message.MessageType.SequenceEqual("event"u8)) Read(message.EventType, message.Payload, isException: false);
        else if (message.MessageType.SequenceEqual("exception"u8)) Read(message.ExceptionType, message.Payload, isException: true);
        else Read(message.ErrorCode, message.ErrorMessage, isException: true);
    }

    /// <summary>InvokeModel wraps the events of the model's own dialect once more.</summary>
    private void ReadChunk(in AwsEventMessage message)
    {
        _corrupt = BedrockInvoke.Unwrap(message, _lines) == BedrockFrameResult.Corrupt;
        if (_corrupt) return;
        var frame = SseFrame.Parse(_lines.Unread);
        Read(frame.Event, frame.Data, isException: false);
        _lines.Consume(_lines.Unread.Length);
    }

    private void Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException)
    {
        if (!_reader.Read(name, data, isException, _events)) Skipped++;
    }

    private void Translate(ClientStream client)
    {
        foreach (ref readonly var step in CollectionsMarshal.AsSpan(_events)) Record(step);
        if (_content || (_ended && _error is null)) client.Commit();

        // An error in the place of an answer gets a status of its own, so it is not written.
        if (_error is null || client.IsCommitted) Write(client);
        _events.Clear();
    }

    private void Write(ClientStream client)
    {
        _plan.Continues?.Map(_events);
        foreach (ref readonly var step in CollectionsMarshal.AsSpan(_events))
        {
            if (step.Kind == ChatEventKind.Error && _resumable?.CanGoOn == true) return; // told only if nobody goes on
            if (step.HasUsage) _writer.Write(CostMeter.Priced(_request, step, isContinued: _plan.Continues is not null), client);
            else _writer.Write(step, client);
            _resumable?.Transcript.Add(step);
        }
    }

    private void Record(in ChatEvent step)
    {
        if (_ended) return;
        var record = _request.Record;
        if (step.HasUsage) record.Usage = step.Usage!.Value;
        record.EstimatedOutput += UsageSettlement.Estimate(step);
        switch (step.Kind)
        {
            case ChatEventKind.Start:
                (record.ResponseId, record.ResponseModel) = (step.Id, step.Name);
                break;
            case ChatEventKind.Text or ChatEventKind.Reasoning or ChatEventKind.ToolCall or ChatEventKind.Refusal:
                _content = true;
                record.TimeToFirstToken ??= _request.Elapsed;
                break;
            case ChatEventKind.Finish:
                _finished = record.AnswerFinished = true;
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
}
