using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>
/// Reads a stream of named events; the <c>type</c> inside the data counts, the name of the event only where that is missing.
/// Pings, and whatever Anthropic adds, are passed over.
/// </summary>
internal sealed class MessageEventReader(ChatRequest request) : EventReader
{
    private readonly BlockReader _blocks = new(Wire.Names(request));
    private AnthropicUsage _merged;
    private TokenUsage _usage;
    private bool _started;
    private bool _finished;
    private bool _done;

    public override bool Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException, ICollection<ChatEvent> events)
    {
        if (_done) return true;
        var fails = isException || name.SequenceEqual("error"u8);
        if (!fails && ContentDelta.TryRead(data, out var kind, out var text))
        {
            Start(default, events);
            _blocks.Continue(kind, text, events);
            return true;
        }

        using var document = Parse(data);
        if (document is null)
        {
            if (fails) Fail(Failures.Event(isException ? Encoding.UTF8.GetString(name) : "api_error", Encoding.UTF8.GetString(data)), events);
            return fails || data.IsEmpty;
        }

        var frame = document.RootElement;
        var type = Wire.Text(frame, "type") ?? Encoding.UTF8.GetString(name);
        if (fails || type == "error") Fail(Failures.Read(frame, isException ? Encoding.UTF8.GetString(name) : null), events);
        else Read(type, frame, events);
        return true;
    }

    public override void Complete(ICollection<ChatEvent> events)
    {
        if (_done || !_finished) return;
        _done = true;
        events.Add(new ChatEvent(ChatEventKind.End));
    }

    private void Read(string type, JsonElement frame, ICollection<ChatEvent> events)
    {
        // Whoever writes for a client relies on a beginning, even if this provider forgot it.
        if (type is "content_block_start" or "content_block_delta" or "message_delta" or "message_stop") Start(default, events);
        switch (type)
        {
            case "message_start": Start(Wire.Member(frame, "message"), events); break;
            case "content_block_start": _blocks.Start(Wire.Member(frame, "content_block"), events); break;
            case "content_block_delta": _blocks.Continue(Wire.Member(frame, "delta"), events); break;
            case "content_block_stop": _blocks.Stop(events); break;
            case "message_delta": Delta(frame, events); break;
            case "message_stop":
                if (!_finished) FinishWith(frame, events);
                _done = true;
                events.Add(new ChatEvent(ChatEventKind.End));
                break;
        }
    }

    private void Start(JsonElement message, ICollection<ChatEvent> events)
    {
        var knows = Merge(message);
        if (_started) return;
        _started = true;
        events.Add(new ChatEvent(ChatEventKind.Start)
        {
            Id = Wire.Text(message, "id"),
            Name = Wire.Text(message, "model"),
            Usage = knows ? _usage : null,
        });
        ExtraReader.Read(message, events);
    }

    private void Delta(JsonElement frame, ICollection<ChatEvent> events)
    {
        var delta = Wire.Member(frame, "delta");
        if (!_finished && Wire.Text(delta, "stop_reason") is not null) FinishWith(delta, events);
        if (Merge(frame)) events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = _usage });
    }

    private void FinishWith(JsonElement holder, ICollection<ChatEvent> events)
    {
        _finished = true;
        _blocks.Stop(events);
        events.Add(ResponseReader.End(holder, _blocks.SawCall));
    }

    /// <summary>Counts are cumulative, and those left out keep their value.</summary>
    private bool Merge(JsonElement holder)
    {
        if (Wire.Member(holder, "usage") is not { ValueKind: JsonValueKind.Object } usage) return false;
        _merged.Read(JsonMarshal.GetRawUtf8Value(usage), ref _usage);
        return true;
    }

    private void Fail(ChatEvent error, ICollection<ChatEvent> events)
    {
        _done = true;
        events.Add(error);
    }

    /// <summary>Null for data that is no JSON object. What follows the object, such as Vertex' padding, does not count.</summary>
    private static JsonDocument? Parse(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, DeepJson.Reader);
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out var document)) return null;
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
