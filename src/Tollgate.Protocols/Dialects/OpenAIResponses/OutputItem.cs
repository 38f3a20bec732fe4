using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// One item of an answer while it arrives. A part of it is a block of the answer. What no delta has told is taken from the whole item: a
/// whole answer is the item without its deltas.
/// </summary>
internal sealed class OutputItem
{
    private readonly string _type;
    private OutputBlock? _block;
    private (int Part, bool IsRefusal)? _part;
    private int _parts;

    /// <summary>Begins with what is known of it.</summary>
    public OutputItem(JsonElement item, ToolNames names, int firstBlock, ICollection<ChatEvent> events)
    {
        (_type, NextBlock) = (WireText.OrNull(item, "type"u8) ?? "", firstBlock);
        if (!IsCall) return;
        _block = NewBlock(ChatEventKind.Arguments);
        var id = WireText.OrNull(item, "call_id"u8) is { Length: > 0 } given ? given : WireText.OrNull(item, "id"u8);
        _block.BeginCall(id is { Length: > 0 } ? id : $"call_{firstBlock}", names.ToClient(WireText.OrNull(item, "name"u8) ?? ""), events);
    }

    /// <summary>True for a call that the client must answer.</summary>
    public bool IsCall => _type is "function_call" or "custom_tool_call";

    /// <summary>Number of the block behind it.</summary>
    public int NextBlock { get; private set; }

    /// <summary>Reads an event about it.</summary>
    public void Read(JsonElement step, string type, ICollection<ChatEvent> events)
    {
        switch (type)
        {
            case "response.output_text.delta":
                Part(IndexOf(step, "content_index"u8), isRefusal: false, events).Append(WireText.OrNull(step, "delta"u8), events);
                TakeLogprobs(step, events);
                break;
            case "response.refusal.delta":
                Part(IndexOf(step, "content_index"u8), isRefusal: true, events).Append(WireText.OrNull(step, "delta"u8), events);
                break;
            case "response.output_text.annotation.added":
                if (WireText.Member(step, "annotation"u8) is { } annotation) Part(IndexOf(step, "content_index"u8), isRefusal: false, events).Annotate(annotation);
                break;
            case "response.content_part.done":
                EndPart(IndexOf(step, "content_index"u8), WireText.Member(step, "part"u8) ?? default, events);
                break;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                Think(step, type, events);
                break;
            case "response.function_call_arguments.delta":
                if (IsCall) _block!.Append(WireText.OrNull(step, "delta"u8), events);
                break;
        }
    }

    /// <summary>It is whole.</summary>
    /// <param name="item">As it is then; undefined when the provider did not say.</param>
    /// <param name="events">Receives what is left of it.</param>
    public void End(JsonElement item, ICollection<ChatEvent> events)
    {
        switch (_type)
        {
            case "message":
                EndMessage(item, events);
                break;
            case "reasoning":
                EndReasoning(item, events);
                break;
            case "function_call":
                if (!_block!.HasText) _block.Append(WireText.OrNull(item, "arguments"u8), events);
                break;
            case "custom_tool_call":
                _block!.Append(TextInput.Wrap(WireText.OrNull(item, "input"u8) ?? ""), events);
                break;
            default:
                // What a tool of OpenAI's did: the form has no words for it.
                if (_type.Length > 0 && item.ValueKind == JsonValueKind.Object) events.Add(new AnswerExtra(OpenAIResponsesClient.DialectName, _type, WireText.Raw(item)).OfChoice(0));
                break;
        }

        EndBlock(events);
    }

    private OutputBlock Part(int index, bool isRefusal, ICollection<ChatEvent> events)
    {
        if (_block is not null && _part == (index, isRefusal)) return _block;
        EndBlock(events);
        _part = (index, isRefusal);
        _parts = Math.Max(_parts, index + 1);
        return _block = NewBlock(isRefusal ? ChatEventKind.Refusal : ChatEventKind.Text);
    }

    private void EndPart(int index, JsonElement part, ICollection<ChatEvent> events)
    {
        if (part.ValueKind != JsonValueKind.Object || (index < _parts && _part?.Part != index)) return;
        var isRefusal = WireText.OrNull(part, "type"u8) == "refusal";
        var text = WireText.OrNull(part, isRefusal ? "refusal"u8 : "text"u8) ?? "";
        var isNew = index >= _parts;
        if (isNew && text.Length == 0) return;
        var block = Part(index, isRefusal, events);
        if (!block.HasText)
        {
            block.Append(text, events);
            TakeLogprobs(part, events);
        }

        if (!isRefusal && !block.IsAnnotated && WireText.Member(part, "annotations"u8) is { ValueKind: JsonValueKind.Array } annotations)
        {
            foreach (var annotation in annotations.EnumerateArray()) block.Annotate(annotation);
        }
    }

    private void EndMessage(JsonElement item, ICollection<ChatEvent> events)
    {
        if (WireText.Member(item, "content"u8) is not { ValueKind: JsonValueKind.Array } content) return;
        var index = 0;
        foreach (var part in content.EnumerateArray()) EndPart(index++, part, events);
    }

    /// <summary>Paragraphs of a summary are one block: they have one token together.</summary>
    private void Think(JsonElement step, string type, ICollection<ChatEvent> events)
    {
        var isSummary = type == "response.reasoning_summary_text.delta";
        var index = IndexOf(step, isSummary ? "summary_index"u8 : "content_index"u8);
        // Raw thoughts win over their summary, whichever comes first.
        if (_block is not null && _part is { } part && part.IsRefusal != isSummary) return;
        _block ??= NewBlock(ChatEventKind.Reasoning);
        if (_part is { } before && before.Part != index) _block.Append("\n\n", events);
        _part = (index, isSummary);
        _block.Append(WireText.OrNull(step, "delta"u8), events);
    }

    private void EndReasoning(JsonElement item, ICollection<ChatEvent> events)
    {
        if (_block is null && TextOf(item) is { Length: > 0 } text)
        {
            _block = NewBlock(ChatEventKind.Reasoning);
            _block.Append(text, events);
        }

        if (WireText.OrNull(item, "encrypted_content"u8) is not { Length: > 0 } encrypted) return;
        _block ??= NewBlock(ChatEventKind.ReasoningToken);
        _block.AddToken(new OpaqueToken("openai", OpaqueTokenKind.Encrypted, encrypted), events);
    }

    private static string? TextOf(JsonElement item)
    {
        foreach (var member in (ReadOnlySpan<string>)["content", "summary"])
        {
            if (WireText.Member(item, System.Text.Encoding.UTF8.GetBytes(member)) is not { ValueKind: JsonValueKind.Array } parts || parts.GetArrayLength() == 0) continue;
            return string.Join("\n\n", parts.EnumerateArray().Select(p => WireText.OrNull(p, "text"u8)));
        }

        return null;
    }

    private static void TakeLogprobs(JsonElement owner, ICollection<ChatEvent> events)
    {
        if (WireText.Member(owner, "logprobs"u8) is not { ValueKind: JsonValueKind.Array } logprobs || logprobs.GetArrayLength() == 0) return;
        events.Add(new ChatEvent(ChatEventKind.Logprobs) { Json = WireText.Raw(logprobs) });
    }

    private OutputBlock NewBlock(ChatEventKind kind) => new(kind, NextBlock);

    /// <summary>A block in which nothing was said has no number.</summary>
    private void EndBlock(ICollection<ChatEvent> events)
    {
        if (_block?.End(events) == true) NextBlock++;
        _block = null;
    }

    private static int IndexOf(JsonElement step, ReadOnlySpan<byte> name)
        => WireText.Member(step, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var index) ? index : 0;
}
