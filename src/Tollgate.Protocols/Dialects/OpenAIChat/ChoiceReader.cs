using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// Reads one choice, from its deltas or its whole message, which are built alike. Blocks come out one after the other: what arrives for a
/// later one waits while the arguments of a call are not whole, because servers may write parallel calls in turns.
/// </summary>
internal sealed class ChoiceReader(int choice, ChatRequest request, ToolNames names)
{
    private readonly List<AnswerBlock> _open = [];
    private int _blocks;
    private int _calls;

    /// <summary>True when the provider said why the choice ends.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Reads the next delta, or the message.</summary>
    public void Read(JsonElement delta, ICollection<ChatEvent> events)
    {
        if (IsFinished || delta.ValueKind != JsonValueKind.Object) return;
        var thought = WireText.OrNull(delta, "reasoning_content"u8) is { Length: > 0 } content ? content : WireText.OrNull(delta, "reasoning"u8);
        Append(ChatEventKind.Reasoning, thought, events);
        ReadContent(delta, events);
        if (WireText.Member(delta, "annotations"u8) is { ValueKind: JsonValueKind.Array } annotations && annotations.GetArrayLength() > 0)
        {
            TextBlock(events).Annotate(annotations);
        }

        Append(ChatEventKind.Refusal, WireText.OrNull(delta, "refusal"u8), events);
        ReadCalls(delta, events);
    }

    /// <summary>Ends the choice.</summary>
    /// <param name="native">The provider's word; null when it said only that everything is over.</param>
    /// <param name="stopSequence">What vLLM calls <c>stop_reason</c>: the text that was met.</param>
    /// <param name="events">Receives the end.</param>
    public void End(string? native, string? stopSequence, ICollection<ChatEvent> events)
    {
        if (IsFinished) return;
        IsFinished = true;
        foreach (var block in _open) block.End(events);
        _open.Clear();
        var reason = Finish.Read(native ?? "stop", _calls > 0);
        if (reason == FinishReason.Stop && stopSequence is not null && request.Stop.Contains(stopSequence, StringComparer.Ordinal))
        {
            reason = FinishReason.StopSequence;
        }

        events.Add(new ChatEvent(ChatEventKind.Finish)
        {
            Choice = choice,
            Finish = reason,
            NativeFinish = native,
            Text = reason == FinishReason.StopSequence ? stopSequence : null,
        });
    }

    private void ReadContent(JsonElement delta, ICollection<ChatEvent> events)
    {
        if (WireText.Member(delta, "content"u8) is not { } content) return;
        if (content.ValueKind == JsonValueKind.String) Append(ChatEventKind.Text, WireText.Of(content), events);
        if (content.ValueKind != JsonValueKind.Array) return;
        foreach (var part in content.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.String) Append(ChatEventKind.Text, WireText.Of(part), events);
            Append(ChatEventKind.Reasoning, ThoughtOf(part), events);
            Append(ChatEventKind.Refusal, WireText.OrNull(part, "refusal"u8), events);
            Append(ChatEventKind.Text, WireText.OrNull(part, "text"u8), events);
        }
    }

    /// <summary>Mistral's thinking part is a list of text parts, others' a string.</summary>
    private static string? ThoughtOf(JsonElement part)
    {
        if (WireText.Member(part, "thinking"u8) is not { } thinking) return null;
        if (thinking.ValueKind == JsonValueKind.String) return WireText.Of(thinking);
        if (thinking.ValueKind != JsonValueKind.Array) return null;
        var text = new StringBuilder();
        foreach (var piece in thinking.EnumerateArray()) text.Append(WireText.OrNull(piece, "text"u8));
        return text.ToString();
    }

    private void Append(ChatEventKind kind, string? text, ICollection<ChatEvent> events)
    {
        if (string.IsNullOrEmpty(text)) return;
        var block = _open.Count > 0 && _open[^1].Kind == kind ? _open[^1] : Add(new AnswerBlock(kind, choice, _blocks++), events);
        block.Append(text, events);
    }

    private AnswerBlock TextBlock(ICollection<ChatEvent> events)
        => _open.FindLast(b => b.Kind == ChatEventKind.Text) ?? Add(new AnswerBlock(ChatEventKind.Text, choice, _blocks++), events);

    private void ReadCalls(JsonElement delta, ICollection<ChatEvent> events)
    {
        if (WireText.Member(delta, "tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var call in calls.EnumerateArray())
            {
                if (WireText.Member(call, "function"u8) is { ValueKind: JsonValueKind.Object } function) ReadCall(call, function, events);
            }
        }

        if (WireText.Member(delta, "function_call"u8) is { ValueKind: JsonValueKind.Object } legacy) ReadCall(legacy, legacy, events);
    }

    private void ReadCall(JsonElement call, JsonElement function, ICollection<ChatEvent> events)
    {
        var id = WireText.OrNull(call, "id"u8) is { Length: > 0 } given ? given : null;
        var name = WireText.OrNull(function, "name"u8) is { Length: > 0 } called ? called : null;
        var number = NumberOf(call, id, name);
        var block = _open.FindLast(b => b.Kind == ChatEventKind.ToolCall && b.CallNumber == number);
        // Some servers give every call the index 0: another id with a name is another call.
        if (block is not null && id is not null && name is not null && id != block.CallId) block = null;
        if (block is null)
        {
            if (name is null) return; // more of a call that ended when it was whole: blanks at most
            block = new AnswerBlock(ChatEventKind.ToolCall, choice, _blocks++)
            {
                CallNumber = number,
                CallId = id ?? MissingId(),
                CallName = names.ToClient(name),
                Token = TokenOf(call),
            };
            _calls++;
            Add(block, events);
        }

        block.Append(ArgumentsOf(function), events);
    }

    /// <summary>Without an index, a known id tells which call it is, a name that it is a new one, and neither that it is the last.</summary>
    private int NumberOf(JsonElement call, string? id, string? name)
    {
        if (WireText.Member(call, "index"u8) is { ValueKind: JsonValueKind.Number } index && index.TryGetInt32(out var number)) return number;
        var known = _open.FindLast(b => b.Kind == ChatEventKind.ToolCall && (id is not null ? b.CallId == id : name is null));
        return known?.CallNumber ?? _calls;
    }

    /// <summary>Follows from the place alone, so that a stream and a whole answer agree; counts on from the calls before, so that it is new in the conversation.</summary>
    private string MissingId()
    {
        var before = request.Turns.Sum(t => t.Parts.Count(p => p is ToolCallPart));
        return choice == 0
            ? string.Create(CultureInfo.InvariantCulture, $"call_{before + _calls}")
            : string.Create(CultureInfo.InvariantCulture, $"call_{before + _calls}_{choice}");
    }

    /// <summary>Gemini's OpenAI-compatible endpoint signs its calls here.</summary>
    private static OpaqueToken? TokenOf(JsonElement call)
        => WireText.Member(call, "extra_content"u8) is { } extra && WireText.Member(extra, "google"u8) is { } google
            && WireText.OrNull(google, "thought_signature"u8) is { Length: > 0 } signature
            ? new OpaqueToken("gemini", OpaqueTokenKind.Signature, signature)
            : null;

    private static string ArgumentsOf(JsonElement function) => WireText.Member(function, "arguments"u8) switch
    {
        { ValueKind: JsonValueKind.String } text => WireText.Of(text),
        { ValueKind: JsonValueKind.Object } value => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)),
        _ => "",
    };

    private AnswerBlock Add(AnswerBlock block, ICollection<ChatEvent> events)
    {
        _open.Add(block);
        while (_open.Count > 1 && _open[0].MayEnd)
        {
            _open[0].End(events);
            _open.RemoveAt(0);
        }

        _open[0].Begin(events);
        return block;
    }
}
