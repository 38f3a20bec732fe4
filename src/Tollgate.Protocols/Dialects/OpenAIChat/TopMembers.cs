using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>A member of a request that its reader knows, in the order of <see cref="TopMembers"/>' names.</summary>
internal enum Top
{
    None = -1,
    Model,
    Messages,
    Tools,
    ToolChoice,
    Functions,
    FunctionCall,
    ParallelToolCalls,
    MaxTokens,
    MaxCompletionTokens,
    Temperature,
    TopP,
    TopK,
    PresencePenalty,
    FrequencyPenalty,
    Seed,
    Count,
    Stop,
    Logprobs,
    TopLogprobs,
    ReasoningEffort,
    Thinking,
    ResponseFormat,
    Stream,
    User,
    StreamOptions,
    SafetyIdentifier,
}

/// <summary>The members of a request, found in one pass: there are few in a body, and to look up two dozen of them one by one takes longer than to read it.</summary>
internal ref struct TopMembers
{
    private static readonly JsonNames Names = new(
        "model", "messages", "tools", "tool_choice", "functions", "function_call", "parallel_tool_calls", "max_tokens", "max_completion_tokens",
        "temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty", "seed", "n", "stop", "logprobs", "top_logprobs",
        "reasoning_effort", "thinking", "response_format", "stream", "user", "stream_options", "safety_identifier");

    private Values _values;

    /// <param name="root">The body, an object.</param>
    /// <exception cref="InvalidOperationException">A name is no valid Unicode.</exception>
    public TopMembers(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            var known = (Top)IndexOf(member);
            if (known != Top.None) _values[(int)known] = member.Value;
            if (member.Value.ValueKind != JsonValueKind.Null && IsExtra(known, member, root)) (Extras ??= []).Add(new(member.Name, WireText.Raw(member.Value)));
        }
    }

    /// <summary>Everything that has no place in the form; null says nothing, so it is nothing.</summary>
    public List<KeyValuePair<string, RawJson>>? Extras { get; }

    /// <summary>The value; null when it is missing, or JSON null.</summary>
    public readonly JsonElement? this[Top member] =>
        _values[(int)member] is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value : null;

    public readonly bool? Flag(Top member) => Fields.Flag(this[member], Names[(int)member]);

    public readonly double? Number(Top member) => Fields.Number(this[member], Names[(int)member]);

    public readonly long? Whole(Top member, long least = long.MinValue) => Fields.Whole(this[member], Names[(int)member], least);

    public readonly string? Text(Top member) => Fields.Text(this[member], "", Names[(int)member]);

    public readonly JsonElement? Object(Top member) => Fields.Object(this[member], Names[(int)member], "");

    private static int IndexOf(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        return name.Contains((byte)'\\') ? Names.IndexOf(member.Name) : Names.Find(name);
    }

    private static bool IsExtra(Top known, JsonProperty member, JsonElement root) => known switch
    {
        Top.StreamOptions => member.Value.ValueKind != JsonValueKind.Object || !member.Value.EnumerateObject().All(static o => o.NameEquals("include_usage"u8)),
        Top.SafetyIdentifier => Fields.Optional(root, "user") is not null, // it is the user already when no user is named beside it
        _ => known == Top.None,
    };

    [InlineArray((int)Top.SafetyIdentifier + 1)]
    private struct Values
    {
        private JsonElement _first;
    }
}
