using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Reads <c>input</c>: a text, or items. What the model said and did between two turns of the user are several items and one turn; so are
/// the results of its calls.
/// </summary>
internal sealed class ItemReader(List<FidelityEntry> unsayable)
{
    private readonly Dictionary<string, string> _toolNames = new(StringComparer.Ordinal);
    private List<Part>? _assistant;
    private List<Part>? _results;
    private OpaqueToken? _callToken;

    /// <summary>System and developer messages.</summary>
    public List<TextPart> System { get; } = [];

    /// <summary>The rest.</summary>
    public List<Turn> Turns { get; } = [];

    public void Read(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            Turns.Add(new Turn(Role.User, [new TextPart(Fields.Text(input, "/input")) { Pointer = "/input" }]));
            return;
        }

        if (input.ValueKind != JsonValueKind.Array) throw Fields.Wrong("/input", "a string or an array of items");
        var number = 0;
        foreach (var item in input.EnumerateArray())
        {
            var pointer = $"/input/{number++}";
            if (item.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
            ReadItem(item, pointer);
        }
    }

    private void ReadItem(JsonElement item, string pointer)
    {
        switch (TypeOf(item, pointer))
        {
            case "message":
                ReadMessage(item, pointer);
                break;
            case "function_call":
                AddCall(item, pointer, Fields.OptionalText(item, "arguments", pointer));
                break;
            case "custom_tool_call":
                AddCall(item, pointer, TextInput.Wrap(Fields.OptionalText(item, "input", pointer) ?? ""));
                break;
            case "function_call_output" or "custom_tool_call_output":
                AddResult(item, pointer);
                break;
            case "reasoning":
                AddReasoning(item, pointer);
                break;
            case "item_reference":
                ReadReference(item, pointer);
                break;
            case var other:
                AddOpaque(item, other, pointer);
                break;
        }
    }

    /// <summary>
    /// Some clients name items that they could send, because they take it that OpenAI keeps them. Thoughts can be done without, as their
    /// ids tell; a conversation without its words cannot.
    /// </summary>
    private void ReadReference(JsonElement item, string pointer)
    {
        var isThought = Fields.RequiredText(item, "id", pointer).StartsWith("rs_", StringComparison.Ordinal);
        unsayable.Add(new(isThought ? ClientRules.ThoughtReference : ClientRules.ItemReference, pointer));
    }

    /// <summary>Messages and references may leave out their type.</summary>
    private static string TypeOf(JsonElement item, string pointer) => Fields.OptionalText(item, "type", pointer)
        ?? (Fields.Optional(item, "role") is null && Fields.Optional(item, "id") is not null ? "item_reference" : "message");

    private void ReadMessage(JsonElement item, string pointer)
    {
        var content = Fields.Optional(item, "content") ?? throw Fields.Missing(pointer + "/content");
        var parts = ContentReader.Read(content, pointer + "/content");
        switch (Fields.RequiredText(item, "role", pointer))
        {
            case "user":
                (_assistant, _results) = (null, null);
                if (parts.Count > 0) Turns.Add(new Turn(Role.User, parts));
                break;
            case "assistant":
                Assistant().AddRange(parts);
                break;
            case "system" or "developer":
                System.AddRange(parts.OfType<TextPart>());
                if (parts.Exists(p => p is not TextPart)) throw Fields.Wrong(pointer + "/content", "text, as the role is that of instructions");
                break;
            default:
                throw Fields.Wrong(pointer + "/role", "'user', 'assistant', 'system' or 'developer'");
        }
    }

    private void AddCall(JsonElement item, string pointer, string? arguments)
    {
        var id = Fields.RequiredText(item, "call_id", pointer);
        if (id.Length == 0) throw Fields.Wrong(pointer + "/call_id", "an id that is not empty");
        var name = Fields.RequiredText(item, "name", pointer);
        _toolNames[id] = name;
        Assistant().Add(new ToolCallPart(id, name, string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments) { Token = _callToken, Pointer = pointer });
        _callToken = null;
    }

    private void AddResult(JsonElement item, string pointer)
    {
        var id = Fields.RequiredText(item, "call_id", pointer);
        var output = Fields.Optional(item, "output") ?? throw Fields.Missing(pointer + "/output");
        if (_results is null) Turns.Add(new Turn(Role.User, _results = []));
        _assistant = null;
        _results.Add(new ToolResultPart(id, ContentReader.Read(output, pointer + "/output"), IsError: false)
        {
            Name = _toolNames.GetValueOrDefault(id),
            Pointer = pointer,
        });
    }

    private void AddReasoning(JsonElement item, string pointer)
    {
        var text = TextOf(item, "content", pointer) ?? TextOf(item, "summary", pointer);
        var encrypted = Fields.OptionalText(item, "encrypted_content", pointer);
        if (encrypted is { Length: > 0 } && TokenText.TryRead(encrypted, out var token, out var ofCall))
        {
            if (ofCall) _callToken = token;
            else Assistant().Add(new ReasoningPart(token.Kind == OpaqueTokenKind.Signature ? text ?? "" : text, token) { Pointer = pointer });
            return;
        }

        var own = encrypted is { Length: > 0 } ? new OpaqueToken("openai", OpaqueTokenKind.Encrypted, encrypted) : null;
        if (own is not null || text is { Length: > 0 }) Assistant().Add(new ReasoningPart(text, own) { Pointer = pointer });
    }

    /// <summary>Paragraphs of a summary are parts of their own.</summary>
    private static string? TextOf(JsonElement item, string member, string pointer)
    {
        if (Fields.Array(item, member, pointer) is not { } parts || parts.GetArrayLength() == 0) return null;
        var text = new StringBuilder();
        var number = 0;
        foreach (var part in parts.EnumerateArray())
        {
            var place = $"{pointer}/{member}/{number}";
            if (part.ValueKind != JsonValueKind.Object) throw Fields.Wrong(place, "an object");
            if (number++ > 0) text.Append("\n\n");
            text.Append(Fields.OptionalText(part, "text", place));
        }

        return text.ToString();
    }

    private void AddOpaque(JsonElement item, string type, string pointer)
    {
        var part = new OpaquePart(OpenAIResponsesClient.DialectName, WireText.Raw(item)) { Pointer = pointer };
        if (type.EndsWith("_output", StringComparison.Ordinal) || type.EndsWith("_response", StringComparison.Ordinal))
        {
            (_assistant, _results) = (null, null);
            Turns.Add(new Turn(Role.User, [part]));
        }
        else
        {
            Assistant().Add(part);
        }
    }

    private List<Part> Assistant()
    {
        _results = null;
        if (_assistant is null) Turns.Add(new Turn(Role.Assistant, _assistant = []));
        return _assistant;
    }
}
