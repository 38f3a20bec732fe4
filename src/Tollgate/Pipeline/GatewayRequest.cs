using System.Buffers;
using Microsoft.AspNetCore.Http;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Limits.Admitting;
using Tollgate.Metering;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Json;
using Tollgate.Protocols.Usage;
using Tollgate.Routing;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>
/// Everything about one request: the single typed feature that all steps share. Pooled; <see cref="Reset"/> gives back what it rented.
/// </summary>
internal sealed partial class GatewayRequest
{
    private const int LargestCapture = 64 * 1024;

    private readonly UsageTap?[] _taps = new UsageTap?[Operations.All.Count];
    private JsonMember[] _members = [];
    private bool[] _touched = [];
    private byte[]? _body;
    private byte[]? _edited;

    internal HttpContext Context { get; private set; } = null!;

    internal GatewayModel Model { get; private set; } = null!;

    internal Operation Operation { get; set; } = null!;

    /// <summary>Who calls; null where everybody may.</summary>
    internal Caller? Client { get; set; }

    internal RequestRecord Record { get; } = new();

    internal AttemptClock Clock { get; private set; } = null!;

    /// <summary>Monotonic time of arrival.</summary>
    internal long StartTimestamp { get; private set; }

    internal TimeProvider Time { get; private set; } = TimeProvider.System;

    /// <summary>The client's JSON body, as sent.</summary>
    internal ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>The body that edits apply to: the client's own, or its translation.</summary>
    internal ReadOnlyMemory<byte> Outgoing { get; private set; }

    /// <summary>The model named in <see cref="Outgoing"/>; null when there is none.</summary>
    internal string? OutgoingModel { get; private set; }

    /// <summary>True when the last plan replaced the client's body.</summary>
    internal bool IsTranslated => !Outgoing.Equals(Body);

    /// <summary>The request between two dialects, read when the first backend needs it.</summary>
    internal Protocols.Chat.ChatRequest? Chat { get; set; }

    internal Translation.TranslationBuffers Translations { get; } = new();

    /// <summary>What was fetched for it, by kind and address; null when nothing was.</summary>
    internal Dictionary<(bool IsDocument, string Address), Protocols.Chat.InlineSource>? Fetched { get; set; }

    /// <summary>The request of another operation as its translators read it, once.</summary>
    internal object? Asked { get; set; }

    /// <summary>Changes to <see cref="Outgoing"/> for the attempt at hand.</summary>
    internal BodyEdits Edits { get; } = new();

    /// <summary>The model that the client asked for: the header's, else the body's.</summary>
    internal string AskedModel { get; set; } = "";

    /// <summary>The model named in the body; null when there is none.</summary>
    internal string? BodyModel { get; set; }

    /// <summary>True when the body asks for a stream.</summary>
    internal bool WantsStream { get; set; }

    /// <summary>Start of the response body, when the access log keeps bodies.</summary>
    internal ArrayBufferWriter<byte>? Captured { get; set; }

    /// <summary>Its place in the ledger; null without one, and before a provider is called.</summary>
    internal Metering.Ledger.LedgerTicket? Ticket { get; set; }

    /// <summary>Its spans; null when nobody listens.</summary>
    internal Telemetry.Tracing.RequestTrace? Trace { get; set; }

    /// <summary>What is kept of a unary answer.</summary>
    internal UnaryWindow Window { get; } = new();

    /// <summary>Notices when the client of a stream hears nothing for long.</summary>
    internal QuietWatch Quiet { get; } = new();

    /// <summary>What the provider is sent. Of several calls side by side each has its own.</summary>
    internal UpstreamRequest Message { get; } = new();

    /// <summary>The body as it was last given to the transport.</summary>
    internal BufferContent? Sending { get; set; }

    /// <summary>How long the provider's last answer asks to leave it alone; null when it does not say.</summary>
    internal TimeSpan? AskedRest { get; set; }

    /// <summary>What keeps it together with other requests; null when nothing does, or nobody asked yet.</summary>
    internal ulong? Affinity { get; set; }

    /// <summary>What limits know of it; made when it is first asked for.</summary>
    internal RequestLimits Limits => LimitsIfAny ??= new RequestLimits();

    /// <summary>The same; null where no request was ever limited.</summary>
    internal RequestLimits? LimitsIfAny { get; private set; }

    internal ApiFamily Family => Operation.Family;

    internal TimeSpan Elapsed => Time.GetElapsedTime(StartTimestamp);

    internal Span<JsonMember> Members => _members.AsSpan(0, Model.Names.Count);

    internal void Begin(HttpContext context, GatewayModel model, Operation operation, TimeProvider time, string requestId)
    {
        Context = context;
        Model = model;
        Operation = operation;
        Time = time;
        StartTimestamp = time.GetTimestamp();
        Clock = Clock?.Reuse(context.RequestAborted) ?? new AttemptClock(time, context.RequestAborted);
        if (_members.Length < model.Names.Count)
        {
            _members = new JsonMember[model.Names.Count];
            _touched = new bool[model.Names.Count];
        }

        Record.RequestId = requestId;
        Record.Start = time.GetUtcNow();
        Record.Method = context.Request.Method;
        Record.Path = context.Request.Path.Value ?? "";
        Record.Operation = operation;
    }

    internal void NameOutgoing(string? model) => OutgoingModel = model;

    /// <summary>The next attempt sends the client's own body.</summary>
    internal void UseOwn()
    {
        (Outgoing, OutgoingModel) = (Body, BodyModel);
        JsonHead.TryRead(Outgoing.Span, Model.Names, Members, out _);
    }

    /// <summary>The next attempt sends a translation of it.</summary>
    internal void UseTranslated(ReadOnlyMemory<byte> body, string model)
    {
        Outgoing = body;
        if (!JsonHead.TryRead(body.Span, Model.Names, Members, out var fault)) throw new InvalidOperationException("a translation is not JSON: " + fault.Describe(body.Span));
        OutgoingModel = Member(BodyNames.Model).Exists ? model : null;
    }

    internal JsonMember Member(int name) => _members[name];

    /// <summary>A tap as new for an answer of this operation. Good until the next answer: the tap is pooled with the request.</summary>
    internal UsageTap BeginTap()
    {
        ref var tap = ref _taps[Operation.Index];
        if (tap is null) tap = UsageTap.Create(Operation);
        else tap.Reset();
        tap.WantsReason = Trace is not null;
        return tap;
    }

    /// <summary>Takes over a rented array.</summary>
    internal void TakeBody(byte[] rented, int length)
    {
        _body = rented;
        Body = Outgoing = rented.AsMemory(0, length);
    }

    /// <summary>Forgets the edits of an earlier attempt.</summary>
    internal void BeginEdits()
    {
        Edits.Reset();
        Array.Clear(_touched);
    }

    // An edit made first stays: the operator's own come first, so nothing overrides them.

    internal void ReplaceModel(ReadOnlyMemory<byte> json)
    {
        if (Touch(BodyNames.Model)) return;
        if (_members[BodyNames.Model].Exists) Edits.Replace(_members[BodyNames.Model], json);
        else Edits.Prepend((byte[])[.. "\"model\":"u8, .. json.Span]);
    }

    internal void RemoveMember(int name)
    {
        if (!Touch(name) && _members[name].Exists) Edits.Remove(_members[name]);
    }

    internal void SetMember(int name, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> nameAndValue)
    {
        if (Touch(name)) return;
        if (_members[name].Exists) Edits.Replace(_members[name], value);
        else Edits.Prepend(nameAndValue);
    }

    internal bool Touch(int name)
    {
        var before = _touched[name];
        _touched[name] = true;
        return before;
    }

    /// <summary>Keeps the start of the response for the access log, when that is switched on.</summary>
    internal void Capture(ReadOnlySpan<byte> bytes)
    {
        if (Captured is null) return;
        var room = LargestCapture - Captured.WrittenCount;
        if (room > 0) Captured.Write(bytes[..Math.Min(room, bytes.Length)]);
    }

    /// <summary>The bytes that go out: the client's own when there are no edits, else an edited copy that this request owns.</summary>
    internal ReadOnlyMemory<byte> ApplyEdits()
    {
        if (Edits.IsEmpty) return Outgoing;
        ReturnEdited();
        var length = Edits.GetLength(Outgoing.Length);
        _edited = ArrayPool<byte>.Shared.Rent(length);
        Edits.Apply(Outgoing.Span, _edited);
        return _edited.AsMemory(0, length);
    }

    private void ReturnEdited()
    {
        // An attempt that was given up may still be sending it: then the collector takes it.
        if (_edited is not null && Sending is not { InFlight: true }) ArrayPool<byte>.Shared.Return(_edited);
        _edited = null;
    }

    internal void Reset()
    {
        // An upload that is still being sent (the client left, a limit was met) keeps its memory; the collector takes it.
        var isSending = Sending is { InFlight: true };
        if (isSending) _body = _edited = null;
        Translations.Release(isSending);
        if (_body is not null) ArrayPool<byte>.Shared.Return(_body);
        _body = null;
        ReturnEdited();
        Sending = null;
        Message.Clear();
        EndAttempt(default);
        Choose(null, default);
        AskedRest = null;
        Affinity = null;
        Body = Outgoing = default;
        OutgoingModel = null;
        Chat = null;
        Fetched = null;
        Asked = null;
        Array.Clear(_members);
        BeginEdits();
        LimitsIfAny?.Reset();
        Record.Reset();
        Client = null;
        AskedModel = "";
        BodyModel = null;
        WantsStream = false;
        Captured = null;
        Trace = null;
        Ticket = null;
        Clock.Stop();
        Quiet.End();
        Context = null!;
        Model = null!;
        Operation = null!;
    }
}
