using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Usage;
using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Reads an answer, in one piece or in events. Items come out one after the other: what arrives for a later one waits while another is open.
/// </summary>
internal sealed class AnswerReader(ChatRequest request)
{
    private const int MostWaiting = 16 * 1024 * 1024;

    private readonly ToolNames _names = RequestWriter.NamesOf(request);
    private readonly List<JsonElement> _waiting = [];
    private int _waitingSize;
    private OutputItem? _open;
    private int _openIndex;
    private int _blocks;
    private bool _hasItems;
    private bool _hasCalls;
    private bool _started;

    /// <summary>True after the end, or an error.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Reads an event.</summary>
    public void ReadEvent(JsonElement step, bool isError, ICollection<ChatEvent> events)
    {
        if (step.ValueKind != JsonValueKind.Object) return;
        var type = WireText.OrNull(step, "type"u8) ?? "";
        if (isError || type == "error" || (type.Length == 0 && WireText.Member(step, "error"u8) is not null))
        {
            Fail(step, events);
            return;
        }

        switch (type)
        {
            case "response.created" or "response.in_progress" or "response.queued":
                if (WireText.Member(step, "response"u8) is { } begun) Start(begun, events);
                break;
            case "response.completed" or "response.incomplete" or "response.failed":
                if (WireText.Member(step, "response"u8) is { } response) ReadEnd(response, events);
                break;
            default:
                if (WireText.Member(step, "output_index"u8) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var index)) ReadStep(step, type, index, events);
                break;
        }
    }

    /// <summary>Reads a whole response.</summary>
    public void ReadWhole(JsonElement response, ICollection<ChatEvent> events)
    {
        if (response.ValueKind != JsonValueKind.Object) return;
        if (WireText.OrNull(response, "object"u8) != "response" && WireText.Member(response, "error"u8) is not null) Fail(response, events);
        else if (WireText.OrNull(response, "status"u8) == "failed" || WireText.Member(response, "output"u8) is { ValueKind: JsonValueKind.Array }) ReadEnd(response, events);
    }

    private void ReadStep(JsonElement step, string type, int index, ICollection<ChatEvent> events)
    {
        if (_open is not null && _openIndex != index)
        {
            _waitingSize += JsonMarshal.GetRawUtf8Value(step).Length;
            if (_waitingSize > MostWaiting)
            {
                IsOver = true;
                events.Add(new ChatEvent(ChatEventKind.Error) { Name = "server_error", Text = "The provider mixes more items than can be held.", Index = 502 });
                return;
            }

            _waiting.Add(step.Clone());
            return;
        }

        switch (type)
        {
            case "response.output_item.added":
                Begin(step, index, events);
                break;
            case "response.output_item.done":
                if (_open is null) Begin(step, index, events);
                Finish(WireText.Member(step, "item"u8), events);
                break;
            default:
                _open?.Read(step, type, events);
                break;
        }
    }

    private void Begin(JsonElement step, int index, ICollection<ChatEvent> events)
    {
        if (WireText.Member(step, "item"u8) is not { ValueKind: JsonValueKind.Object } item) return;
        _hasItems = true;
        (_open, _openIndex) = (new OutputItem(item, _names, _blocks, events), index);
        _hasCalls |= _open.IsCall;
    }

    private void Finish(JsonElement? item, ICollection<ChatEvent> events)
    {
        if (_open is null) return;
        _open.End(item ?? default, events);
        _blocks = _open.NextBlock;
        _open = null;
        if (_waiting.Count == 0) return;
        var later = _waiting.ToArray();
        _waiting.Clear();
        _waitingSize = 0;
        foreach (var step in later) ReadEvent(step, isError: false, events);
    }

    private void ReadEnd(JsonElement response, ICollection<ChatEvent> events)
    {
        Start(response, events);
        var status = WireText.OrNull(response, "status"u8) ?? "completed";
        if (status is "in_progress" or "queued") return;
        while (_open is not null) Finish(null, events);
        // Some servers stream nothing but the last event.
        if (!_hasItems && WireText.Member(response, "output"u8) is { ValueKind: JsonValueKind.Array } output)
        {
            foreach (var item in output.EnumerateArray()) ReadItem(item, events);
        }

        if (WireText.Member(response, "service_tier"u8) is { ValueKind: JsonValueKind.String } tier)
        {
            events.Add(new AnswerExtra(OpenAIResponsesClient.DialectName, "service_tier", WireText.Raw(tier)).OfAnswer());
        }

        var usage = default(TokenUsage);
        if (WireText.Member(response, "usage"u8) is { ValueKind: JsonValueKind.Object } used)
        {
            OpenAIUsage.Read(JsonMarshal.GetRawUtf8Value(used), ref usage);
            events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });
        }

        if (status is "failed" or "cancelled")
        {
            Fail(response, events);
            return;
        }

        IsOver = true;
        var reason = WireText.Member(response, "incomplete_details"u8) is { } details ? WireText.OrNull(details, "reason"u8) : null;
        events.Add(new ChatEvent(ChatEventKind.Finish) { Finish = OpenAIResponses.Finish.Read(status, reason, _hasCalls), NativeFinish = reason ?? status });
        events.Add(new ChatEvent(ChatEventKind.End));
    }

    private void ReadItem(JsonElement item, ICollection<ChatEvent> events)
    {
        if (item.ValueKind != JsonValueKind.Object) return;
        _open = new OutputItem(item, _names, _blocks, events);
        _hasCalls |= _open.IsCall;
        Finish(item, events);
    }

    private void Start(JsonElement response, ICollection<ChatEvent> events)
    {
        if (_started) return;
        _started = true;
        events.Add(new ChatEvent(ChatEventKind.Start)
        {
            Id = WireText.OrNull(response, "id"u8) is { Length: > 0 } id ? id : null,
            Name = WireText.OrNull(response, "model"u8) is { Length: > 0 } model ? model : null,
            Created = WireText.Member(response, "created_at"u8) is { ValueKind: JsonValueKind.Number } created
                && created.TryGetDouble(out var seconds) && seconds is > 0 and < 1e15 ? (long)seconds : 0,
        });
    }

    /// <summary>An event's own members are the error, or those of its <c>error</c>.</summary>
    private void Fail(JsonElement owner, ICollection<ChatEvent> events)
    {
        IsOver = true;
        var error = ProviderError.Read(owner, isError: true) ?? new ChatEvent(ChatEventKind.Error) { Index = 502, Text = "The provider's response failed." };
        // The type of the event is no type of error.
        if (error.Name is null or "error" or "response.failed") error = error with { Name = WireText.OrNull(owner, "code"u8) ?? "server_error" };
        events.Add(error);
    }
}
