using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Turns the blocks of an answer into events, whether they come whole or in pieces. Blocks that nothing is said in leave no trace.</summary>
internal sealed class BlockReader(ToolNames names)
{
    private List<RawJson>? _citations;
    private string? _type;
    private string? _signature;
    private RawJson _input;
    private int _next;
    private bool _begun;
    private bool _hasArguments;

    /// <summary>True once a call was read.</summary>
    public bool SawCall { get; private set; }

    /// <summary>Begins a block with what it already holds: nothing much in a stream, everything in a whole answer.</summary>
    public void Start(JsonElement block, ICollection<ChatEvent> events)
    {
        Stop(events);
        _type = Wire.Text(block, "type") ?? "";
        switch (_type)
        {
            case "text":
                Text(Wire.Text(block, "text"), events);
                var citations = Wire.Member(block, "citations");
                if (citations.ValueKind == JsonValueKind.Array && citations.GetArrayLength() > 0) (_citations ??= []).AddRange(citations.EnumerateArray().Select(Wire.Raw));
                break;
            case "thinking":
                Thinking(Wire.Text(block, "thinking"), events);
                _signature = Wire.Text(block, "signature");
                break;
            case "redacted_thinking":
                Add(events, new ChatEvent(ChatEventKind.ReasoningToken) { Token = Token(OpaqueTokenKind.Redacted, Wire.Text(block, "data") ?? "") });
                break;
            case "tool_use": Call(block, events); break;
            case "": break;
            default:
                // What a tool of Anthropic's own was asked and found, for one.
                events.Add(new AnswerExtra(Wire.Dialect, _type, Wire.Raw(block)).OfChoice(0));
                break;
        }
    }

    /// <summary>Takes more of the open block. Deltas of blocks that stay unseen stay unseen too.</summary>
    public void Continue(JsonElement delta, ICollection<ChatEvent> events)
    {
        switch (Wire.Text(delta, "type"))
        {
            case "text_delta":
                Continue(DeltaKind.Text, Wire.Text(delta, "text"), events);
                break;
            case "citations_delta" when _type == "text" && Wire.Member(delta, "citation") is { ValueKind: JsonValueKind.Object } citation:
                (_citations ??= []).Add(Wire.Raw(citation));
                break;
            case "thinking_delta":
                Continue(DeltaKind.Thinking, Wire.Text(delta, "thinking"), events);
                break;
            case "signature_delta" when _type == "thinking":
                _signature = Wire.Text(delta, "signature");
                break;
            case "input_json_delta":
                Continue(DeltaKind.Input, Wire.Text(delta, "partial_json"), events);
                break;
        }
    }

    /// <summary>The same of a delta that is text of some kind.</summary>
    public void Continue(DeltaKind kind, string? text, ICollection<ChatEvent> events)
    {
        switch (kind)
        {
            case DeltaKind.Text when _type is "text" or null:
                _type = "text";
                Text(text, events);
                break;
            case DeltaKind.Thinking when _type is "thinking" or null:
                _type = "thinking";
                Thinking(text, events);
                break;
            case DeltaKind.Input when _type == "tool_use":
                Arguments(text, events);
                break;
        }
    }

    /// <summary>Ends the open block, if there is one.</summary>
    public void Stop(ICollection<ChatEvent> events)
    {
        if (_type == "text" && _citations is { Count: > 0 })
        {
            Add(events, new ChatEvent(ChatEventKind.Annotations) { Name = Wire.Dialect, Json = Join(_citations) });
        }

        if (_type == "thinking" && !string.IsNullOrEmpty(_signature))
        {
            Add(events, new ChatEvent(ChatEventKind.ReasoningToken) { Token = Token(OpaqueTokenKind.Signature, _signature) });
        }

        if (_type == "tool_use" && !_hasArguments && !_input.IsEmpty) Arguments(_input.ToString(), events);
        if (_begun) events.Add(new ChatEvent(ChatEventKind.BlockEnd) { Index = _next++ });
        _citations?.Clear();
        (_type, _signature, _input, _begun, _hasArguments) = (null, null, default, false, false);
    }

    private void Call(JsonElement block, ICollection<ChatEvent> events)
    {
        SawCall = true;
        var id = Wire.Text(block, "id");
        Add(events, new ChatEvent(ChatEventKind.ToolCall)
        {
            // Ids come from the provider; one that forgot it must not make two calls the same.
            Id = string.IsNullOrEmpty(id) ? $"call_{_next}" : id,
            Name = names.ToClient(Wire.Text(block, "name") ?? ""),
        });

        // In a stream the input begins as {} and comes by deltas; but it may also stand here whole.
        var input = Wire.Member(block, "input");
        if (input.ValueKind == JsonValueKind.Object && input.EnumerateObject().Any()) _input = Wire.Raw(input);
    }

    private void Text(string? text, ICollection<ChatEvent> events)
    {
        if (!string.IsNullOrEmpty(text)) Add(events, new ChatEvent(ChatEventKind.Text) { Text = text });
    }

    private void Thinking(string? text, ICollection<ChatEvent> events)
    {
        if (!string.IsNullOrEmpty(text)) Add(events, new ChatEvent(ChatEventKind.Reasoning) { Text = text });
    }

    private void Arguments(string? json, ICollection<ChatEvent> events)
    {
        if (string.IsNullOrEmpty(json)) return;
        _hasArguments = true;
        Add(events, new ChatEvent(ChatEventKind.Arguments) { Text = json });
    }

    private void Add(ICollection<ChatEvent> events, ChatEvent step)
    {
        _begun = true;
        events.Add(step with { Index = _next });
    }

    private static OpaqueToken Token(OpaqueTokenKind kind, string data) => new(Wire.Minter, kind, data);

    private static RawJson Join(List<RawJson> items) => RawJson.From(new StringBuilder("[").AppendJoin(',', items).Append(']').ToString());
}
