using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Reads ConverseStream:
/// <code>
/// messageStart (contentBlockStart? contentBlockDelta* contentBlockStop?)* messageStop metadata
/// </code>
/// Only calls have a <c>contentBlockStart</c>; usage comes after <c>messageStop</c>; every payload has a random member <c>p</c>.
/// </summary>
internal sealed class ConverseEventReader(ToolNames names) : EventReader
{
    private readonly BlockSequence _blocks = new([]);
    private bool _hasStarted;
    private bool _isFinished;
    private bool _isOver;

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException, ICollection<ChatEvent> events)
    {
        if (_isOver) return true;
        if (isException)
        {
            _isOver = true;
            events.Add(BedrockErrors.Read(Encoding.UTF8.GetString(name), data));
            return true;
        }

        if (name.SequenceEqual("contentBlockDelta"u8) && TextDelta.TryRead(data, out var key, out var text))
        {
            if (_isFinished) return true;
            Start(events);
            _blocks.Events = events;
            _blocks.Add(key, AnswerSteps.Text(ChatEventKind.Text, text));
            return true;
        }

        using var document = TryParse(data);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object) return false;
        _blocks.Events = events;
        ReadEvent(name, document.RootElement, events);
        return true;
    }

    /// <inheritdoc/>
    public override void Complete(ICollection<ChatEvent> events)
    {
        // Without messageStop the answer is cut short, however much of it there is.
        if (_isFinished && !_isOver) End(events);
    }

    private void ReadEvent(ReadOnlySpan<byte> name, JsonElement step, ICollection<ChatEvent> events)
    {
        if (name.SequenceEqual("messageStart"u8)) Start(events);
        else if (name.SequenceEqual("contentBlockStart"u8)) ReadStart(step, events);
        else if (name.SequenceEqual("contentBlockDelta"u8)) ReadDelta(step, events);
        else if (name.SequenceEqual("contentBlockStop"u8)) _blocks.Stop(KeyOf(step));
        else if (name.SequenceEqual("messageStop"u8)) ReadStop(step, events);
        else if (name.SequenceEqual("metadata"u8)) ReadMetadata(step, events);
    }

    private void Start(ICollection<ChatEvent> events)
    {
        if (_hasStarted) return;
        _hasStarted = true;
        events.Add(new ChatEvent(ChatEventKind.Start));
    }

    private void ReadStart(JsonElement step, ICollection<ChatEvent> events)
    {
        if (_isFinished || !step.TryMember("start"u8, JsonValueKind.Object, out var start)) return;
        Start(events);
        if (!start.TryMember("toolUse"u8, JsonValueKind.Object, out var toolUse))
        {
            ExtraReader.ReadBlock(start, events);
            return;
        }

        _blocks.Add(KeyOf(step), AnswerSteps.ToolCall(toolUse, names));
    }

    private void ReadDelta(JsonElement step, ICollection<ChatEvent> events)
    {
        if (_isFinished || !step.TryMember("delta"u8, JsonValueKind.Object, out var delta)) return;
        Start(events);
        var key = KeyOf(step);
        if (delta.TextOf("text"u8) is { } text)
        {
            _blocks.Add(key, AnswerSteps.Text(ChatEventKind.Text, text));
        }
        else if (delta.TryMember("toolUse"u8, JsonValueKind.Object, out var toolUse))
        {
            if (toolUse.TextOf("input"u8) is { } input) _blocks.Add(key, AnswerSteps.Text(ChatEventKind.Arguments, input));
        }
        else if (delta.TryMember("reasoningContent"u8, JsonValueKind.Object, out var reasoning))
        {
            ReadReasoning(key, reasoning);
        }
        else if (delta.TryMember("citation"u8, JsonValueKind.Object, out var citation))
        {
            if (Citations.Read(citation) is { } cited) _blocks.Cite(key, cited);
            else events.Add(new AnswerExtra(BedrockConverseUpstream.DialectName, "citation", citation.Raw()).OfChoice(0));
        }
    }

    private void ReadReasoning(int key, JsonElement reasoning)
    {
        if (reasoning.TextOf("text"u8) is { } text) _blocks.Add(key, AnswerSteps.Text(ChatEventKind.Reasoning, text));
        if ((AnswerSteps.Signature(reasoning) ?? AnswerSteps.Redacted(reasoning)) is { } token) _blocks.Add(key, token);
    }

    private void ReadStop(JsonElement step, ICollection<ChatEvent> events)
    {
        if (_isFinished) return;
        Start(events);
        _blocks.StopAll();
        _isFinished = true;
        events.Add(AnswerSteps.Finish(step));
    }

    private void ReadMetadata(JsonElement step, ICollection<ChatEvent> events)
    {
        if (Usage.Read(step) is { } usage)
        {
            Start(events);
            events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });
        }

        if (_hasStarted) ExtraReader.ReadAnswer(step, events);
        if (_isFinished) End(events);
    }

    private void End(ICollection<ChatEvent> events)
    {
        _isOver = true;
        events.Add(new ChatEvent(ChatEventKind.End));
    }

    private static int KeyOf(JsonElement step) =>
        step.TryMember("contentBlockIndex"u8, JsonValueKind.Number, out var index) && index.TryGetInt32(out var key) ? key : 0;

    private static JsonDocument? TryParse(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data, DeepJson.Reader);
            return JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return null; // The contract: a frame that cannot be read is skipped.
        }
    }
}
