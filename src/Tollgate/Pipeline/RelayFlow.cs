using Tollgate.Metering;
using Tollgate.Pipeline.Resuming;
using Tollgate.Protocols;
using Tollgate.Protocols.Envelopes;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Pipeline;

/// <summary>Frames pass byte for byte, but for those that are not for the client and those that nobody can read. AWS event streams are unwrapped to SSE first.</summary>
internal sealed class RelayFlow(GatewayRequest request, UsageTap tap, TransferPlan plan, ResponseHead head, ResponseOwners owners, ResumableStream? resumable) : FrameFlow
{
    private const int ReadSize = 16 * 1024;
    private const int LongestFrame = 32 * 1024 * 1024;

    private readonly string _provider = plan.Provider.Name;
    private readonly bool _withholdUsage = plan.WithholdUsage;
    private readonly bool _tellsCost = request.Model.Config.CostReport.Usage;
    private readonly bool _hasEndMark = EndMark.Needed(request.Operation);
    private readonly FrameBuffer _frames = new(ReadSize, LongestFrame);
    private readonly FrameBuffer? _messages = plan.AwsEventStream ? new FrameBuffer(ReadSize, LongestFrame) : null;
    private int _scanned;
    private bool _corrupt;
    private bool _owned;
    private bool _skipLineFeed;
    private readonly RelayListener? _listener = RelayListener.Of(request, resumable);
    private byte[]? _farewell;
    private FailureClass? _fault;

    internal override FrameBuffer Input => _messages ?? _frames;

    internal override bool SawContent => tap.SawContent;

    internal override bool SawFinish => tap.SawFinish && _hasEndMark;

    internal override bool SawEnd => tap.SawEnd && _hasEndMark;

    internal override bool IsCorrupt => _corrupt;

    internal override FailureClass? Fault => _fault;

    internal override void Pass(ClientStream client)
    {
        if (_messages is not null) Unwrap(_messages);
        var unread = _frames.Unread;
        int at = SkipLineFeed(unread), from = at, length;
        while ((length = Sse.FrameLength(unread[at..], ref _scanned)) > 0)
        {
            _scanned = 0;
            var kind = Observe(unread.Slice(at, length));
            if (kind == FrameKind.Unreadable || _farewell is not null || (kind == FrameKind.UsageOnly && _withholdUsage))
            {
                Write(unread[from..at], client);
                from = at + length;
                _skipLineFeed = from == unread.Length && unread[^1] == '\r';
            }

            else if (_tellsCost && CostMember.FindPlace(SseFrame.Parse(unread.Slice(at, length)), request.Operation) is > 0 and var place && CostMeter.ForUsage(request, tap) is { } cost)
            {
                Write(unread[from..(at + place)], client);
                WriteCost(cost, client);
                from = at + place;
            }

            at += length;
            if (kind == FrameKind.End && _hasEndMark) break;
        }

        Write(unread[from..at], client);
        if (tap.SawEnd && unread[..at].EndsWith("\r\n\r"u8)) Write("\n"u8, client); // the other half will not be read
        _frames.Consume(at);
    }

    /// <summary>An answer that is whole gets the end mark it lacks; one that is not never looks whole.</summary>
    internal override bool End(ClientStream client)
    {
        PassRest(client);
        if (tap.SawEnd || tap.SawError || !_hasEndMark) return true;
        if (!tap.SawFinish || _messages is { Unread.IsEmpty: false }) return false;
        Write(EndMark.Of(request.Operation), client);
        return true;
    }

    internal override Farewell Farewell => new(_farewell, null);

    internal override void Tell(AttemptOutcome outcome, ClientStream client) => client.Tell(outcome);

    internal override HeldAnswer? Hold(ClientStream client, bool mayRetry) =>
        mayRetry && _fault != FailureClass.Final ? new HeldStream(head, client.Held.ToArray()) : null;

    public override void Dispose()
    {
        _frames.Dispose();
        _messages?.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes, ClientStream client)
    {
        if (tap.SawContent || ((SawFinish || tap.SawEnd) && _fault is null)) client.Commit();
        client.Write(bytes);
    }

    private void WriteCost(decimal cost, ClientStream client)
    {
        Span<byte> member = stackalloc byte[CostMember.MaxLength];
        Write(member[..CostMember.Write(member, cost)], client);
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
        Frames++;
        var frame = SseFrame.Parse(raw);
        var kind = tap.OnFrame(frame);
        switch (kind)
        {
            case FrameKind.Content: request.Record.TimeToFirstToken ??= request.Elapsed; break;
            case FrameKind.Unreadable: Skipped++; break;
        }

        if (kind == FrameKind.Error || (kind == FrameKind.End && tap.SawError)) _fault ??= ErrorWords.ClassOf(raw);
        if (resumable is not null) Hear(kind, frame);

        if (!_owned && tap.ResponseId is not null)
        {
            // Before the client can know the id: it may cancel the response while it streams.
            _owned = true;
            owners.Remember(request.Operation, tap.ResponseId, _provider);
        }

        return kind;
    }

    /// <summary>For who may go on with this answer. An error is told only if nobody does.</summary>
    private void Hear(FrameKind kind, in SseFrame frame)
    {
        if (kind == FrameKind.Error && resumable!.CanGoOn) _farewell ??= frame.Raw.ToArray();
        else if (kind != FrameKind.Unreadable) _listener?.Hear(frame);
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

    /// <summary>The last event may lack its blank line. Half an event is dropped, as a client would that reads to the end.</summary>
    private void PassRest(ClientStream client)
    {
        var rest = _frames.Unread;
        if (request.Operation.Body == BodyKind.Opaque)
        {
            Write(rest, client); // of a forwarded stream nothing is known, so nothing is mended
        }
        else if (LastFrame.IsWhole(rest) && Observe(rest) is var kind && kind != FrameKind.Unreadable && !(kind == FrameKind.UsageOnly && _withholdUsage))
        {
            Write(rest, client);
            Write(rest[^1] == '\n' ? "\n"u8 : "\n\n"u8, client);
        }

        _frames.Consume(rest.Length);
    }
}
