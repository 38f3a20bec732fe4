using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads the messages in order. System messages go to <see cref="System"/>; a run of tool messages becomes one turn of the user.</summary>
internal sealed class MessageReader
{
    private const int PlacesKept = 64;

    // Conversations are short, most of them, and their places are the same.
    private static readonly string[] Places = [.. Enumerable.Range(0, PlacesKept).Select(static i => $"/messages/{i}")];
    private static readonly string[] Contents = [.. Places.Select(static p => p + "/content")];

    private Dictionary<string, string>? _toolNames;
    private List<TextPart>? _system;
    private List<Part>? _results;
    private string? _lastFunctionCall;

    /// <summary>System and developer messages.</summary>
    public IReadOnlyList<TextPart> System => _system ?? (IReadOnlyList<TextPart>)[];

    /// <summary>The rest.</summary>
    public List<Turn> Turns { get; private set; } = [];

    /// <summary>Members of messages that have no place in the form, by their place, such as <c>messages/0/name</c>; null when there are none.</summary>
    public List<KeyValuePair<string, RawJson>>? Unknown { get; private set; }

    public void Read(JsonElement messages)
    {
        var number = 0;
        Turns = new List<Turn>(messages.GetArrayLength());
        foreach (var message in messages.EnumerateArray())
        {
            var pointer = number < PlacesKept ? Places[number] : $"/messages/{number}";
            if (message.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
            ReadMessage(message, pointer, number++);
        }

        if (number == 0) throw Fields.Wrong("/messages", "an array with at least one message");
    }

    private void ReadMessage(JsonElement message, string pointer, int number)
    {
        var role = RoleOf(message, pointer);
        if (role is not ("tool" or "function")) _results = null;
        switch (role)
        {
            case "system" or "developer":
                ReadSystem(message, pointer, number);
                break;
            case "user":
                var content = Fields.Optional(message, "content") ?? throw Fields.Missing(pointer + "/content");
                AddTurn(Role.User, Marked(PartReader.Read(content, ContentOf(pointer, number), PartReader.User), message, pointer));
                break;
            case "assistant":
                AddTurn(Role.Assistant, Marked(ReadAssistant(message, pointer, number), message, pointer));
                break;
            case "tool":
                AddResult(message, pointer, Fields.RequiredText(message, "tool_call_id", pointer));
                break;
            case "function":
                AddResult(message, pointer, _lastFunctionCall ?? $"call_{Fields.RequiredText(message, "name", pointer)}");
                break;
            default:
                throw Fields.Wrong(pointer + "/role", "'system', 'developer', 'user', 'assistant', 'tool' or 'function'");
        }

        NoteUnknown(message, role, pointer);
    }

    /// <summary>The usual ones without a text of their own.</summary>
    private static string RoleOf(JsonElement message, string pointer)
    {
        if (Fields.Optional(message, "role") is not { ValueKind: JsonValueKind.String } role) return Fields.RequiredText(message, "role", pointer);
        var raw = JsonMarshal.GetRawUtf8Value(role);
        if (raw.SequenceEqual("\"user\""u8)) return "user";
        if (raw.SequenceEqual("\"assistant\""u8)) return "assistant";
        return raw.SequenceEqual("\"system\""u8) ? "system" : Fields.Text(role, pointer + "/role");
    }

    private static string ContentOf(string pointer, int number) => number < PlacesKept ? Contents[number] : pointer + "/content";

    private void ReadSystem(JsonElement message, string pointer, int number)
    {
        var content = Fields.Optional(message, "content") ?? throw Fields.Missing(pointer + "/content");
        var parts = PartReader.Read(content, ContentOf(pointer, number), PartReader.System);
        (_system ??= []).AddRange(Marked(parts, message, pointer).Cast<TextPart>());
    }

    /// <summary>A turn without anything in it says nothing; providers refuse it.</summary>
    private void AddTurn(Role role, List<Part> parts)
    {
        if (parts.Count > 0) Turns.Add(new Turn(role, parts));
    }

    private void AddResult(JsonElement message, string pointer, string callId)
    {
        if (_results is null) Turns.Add(new Turn(Role.User, _results = []));
        var content = Fields.Optional(message, "content") is { } given ? PartReader.Read(given, pointer + "/content", PartReader.User) : [];
        _results.Add(new ToolResultPart(callId, content, IsError: false)
        {
            Name = _toolNames?.GetValueOrDefault(callId) ?? Fields.OptionalText(message, "name", pointer),
            Cache = Fields.Cache(message, pointer),
            Pointer = pointer,
        });
    }

    private List<Part> ReadAssistant(JsonElement message, string pointer, int number)
    {
        var parts = new List<Part>();
        if (Fields.Array(message, "thinking_blocks", pointer) is { } blocks)
        {
            parts.AddRange(PartReader.Read(blocks, pointer + "/thinking_blocks", PartReader.Thinking));
        }

        if (Fields.Optional(message, "content") is { } content) parts.AddRange(PartReader.Read(content, ContentOf(pointer, number), PartReader.Assistant));
        // The same thoughts without their tokens: answers hold both.
        if (!parts.Exists(p => p is ReasoningPart) && ReasoningOf(message, pointer) is { Length: > 0 } thought)
        {
            parts.Insert(0, new ReasoningPart(thought, null) { Pointer = pointer + "/reasoning_content" });
        }

        Annotate(parts, message, pointer);
        if (Fields.OptionalText(message, "refusal", pointer) is { Length: > 0 } refusal) parts.Add(new RefusalPart(refusal) { Pointer = pointer + "/refusal" });
        ReadCalls(message, pointer, number, parts);
        return parts;
    }

    private static string? ReasoningOf(JsonElement message, string pointer)
        => Fields.OptionalText(message, "reasoning_content", pointer)
            ?? (Fields.Optional(message, "reasoning") is { ValueKind: JsonValueKind.String } other ? WireText.WellFormed(WireText.Of(other)) : null);

    private static void Annotate(List<Part> parts, JsonElement message, string pointer)
    {
        if (Fields.Array(message, "annotations", pointer) is not { } annotations || annotations.GetArrayLength() == 0) return;
        var text = parts.FindIndex(p => p is TextPart);
        if (text < 0) return;
        parts[text] = (TextPart)parts[text] with { Annotations = WireText.Raw(annotations), AnnotationsDialect = OpenAIChatClient.DialectName };
    }

    private void ReadCalls(JsonElement message, string pointer, int number, List<Part> parts)
    {
        if (Fields.Array(message, "tool_calls", pointer) is { } calls)
        {
            var at = 0;
            foreach (var call in calls.EnumerateArray()) ReadCall(call, $"{pointer}/tool_calls/{at++}", parts);
        }

        if (Fields.Object(message, "function_call", pointer) is not { } legacy) return;
        _lastFunctionCall = $"call_{number}";
        parts.Add(ReadFunction(legacy, _lastFunctionCall, pointer + "/function_call"));
    }

    private void ReadCall(JsonElement call, string pointer, List<Part> parts)
    {
        if (call.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
        var type = Fields.OptionalText(call, "type", pointer) ?? "function";
        if (type != "function")
        {
            parts.Add(new OpaquePart(OpenAIChatClient.DialectName, WireText.Raw(call)) { Pointer = pointer });
            return;
        }

        var id = Fields.RequiredText(call, "id", pointer);
        if (id.Length == 0) throw Fields.Wrong(pointer + "/id", "an id that is not empty");
        var function = Fields.Object(call, "function", pointer) ?? throw Fields.Missing(pointer + "/function");
        var signature = Fields.Object(call, "extra_content", pointer) is { } extra
            && Fields.Object(extra, "google", pointer + "/extra_content") is { } google
            ? Fields.OptionalText(google, "thought_signature", pointer + "/extra_content/google")
            : null;
        parts.Add(ReadFunction(function, id, pointer + "/function") with
        {
            Token = signature is { Length: > 0 } data ? new OpaqueToken("gemini", OpaqueTokenKind.Signature, data) : null,
            Cache = Fields.Cache(call, pointer),
            Pointer = pointer,
        });
    }

    private ToolCallPart ReadFunction(JsonElement function, string id, string pointer)
    {
        var name = Fields.RequiredText(function, "name", pointer);
        (_toolNames ??= new(StringComparer.Ordinal))[id] = name;
        var arguments = Fields.OptionalText(function, "arguments", pointer);
        return new ToolCallPart(id, name, string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments) { Pointer = pointer };
    }

    /// <summary>A hint on the message means its last part; a run of results has one on each.</summary>
    private static List<Part> Marked(List<Part> parts, JsonElement message, string pointer)
    {
        if (parts.Count > 0 && parts[^1].Cache is null && Fields.Cache(message, pointer) is { } hint) parts[^1] = parts[^1] with { Cache = hint };
        return parts;
    }

    private void NoteUnknown(JsonElement message, string role, string pointer)
    {
        foreach (var member in message.EnumerateObject())
        {
            var isEmpty = member.Value.ValueKind == JsonValueKind.Null
                || (member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0);
            if (!isEmpty && !IsUsual(member) && !IsKnown(member.Name, role)) (Unknown ??= []).Add(new($"{pointer[1..]}/{member.Name}", WireText.Raw(member.Value)));
        }
    }

    /// <summary>What nearly all messages are, found without a text.</summary>
    private static bool IsUsual(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        return name.SequenceEqual("role"u8) || name.SequenceEqual("content"u8);
    }

    private static bool IsKnown(string name, string role) => name switch
    {
        "role" or "content" or "cache_control" => true,
        "tool_call_id" => role == "tool",
        "name" => role is "tool" or "function",
        "refusal" or "tool_calls" or "function_call" or "thinking_blocks" or "reasoning_content" or "reasoning" or "annotations" => role == "assistant",
        _ => false,
    };
}
