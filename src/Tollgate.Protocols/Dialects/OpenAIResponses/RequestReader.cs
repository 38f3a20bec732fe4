using System.Collections.Frozen;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Reads a client's request: its parameters here, its input in <see cref="ItemReader"/>, its tools in <see cref="ToolReader"/>.</summary>
internal static class RequestReader
{
    private const int MostLogprobs = 20;

    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
        [
            "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens", "max_tool_calls", "temperature",
            "top_p", "top_logprobs", "reasoning", "text", "stream", "stream_options", "user", "include", "metadata", "store",
            "previous_response_id", "conversation", "prompt", "background", "truncation",
        ],
        StringComparer.Ordinal);

    /// <summary>Members that a response repeats.</summary>
    private static readonly FrozenSet<string> Repeated = FrozenSet.ToFrozenSet(
        [
            "instructions", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens", "max_tool_calls", "temperature", "top_p",
            "top_logprobs", "reasoning", "text", "user", "metadata", "truncation", "prompt_cache_key", "safety_identifier",
        ],
        StringComparer.Ordinal);

    /// <summary>Reads a body.</summary>
    /// <exception cref="ChatFormatException">It breaks OpenAI's rules.</exception>
    public static ChatRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Fields.Wrong("", "a JSON object");
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ChatFormatException("The body is not valid JSON: " + e.Message, "");
        }
        catch (InvalidOperationException)
        {
            throw Fields.Wrong("", "a JSON object whose names are valid Unicode");
        }
    }

    private static ChatRequest Read(JsonElement root)
    {
        var unsayable = new List<FidelityEntry>();
        ReadState(root, unsayable);
        var items = new ItemReader(unsayable);
        if (Fields.OptionalText(root, "instructions", "") is { Length: > 0 } instructions) items.System.Add(new TextPart(instructions) { Pointer = "/instructions" });
        ReadInput(root, items);
        var (tools, choice) = new ToolReader(unsayable).Read(root);
        var include = Included(root);
        var logprobs = include.Contains("message.output_text.logprobs");
        var text = Fields.Object(root, "text", "");
        return new ChatRequest
        {
            Dialect = OpenAIResponsesClient.DialectName,
            System = items.System,
            Turns = items.Turns,
            Tools = tools,
            ToolChoice = choice,
            ParallelToolCalls = Fields.Flag(root, "parallel_tool_calls"),
            MaxTokens = Fields.Whole(root, "max_output_tokens", 1),
            Temperature = Fields.Number(root, "temperature"),
            TopP = Fields.Number(root, "top_p"),
            Logprobs = logprobs ? true : null,
            TopLogprobs = logprobs ? TopLogprobs(root) : null,
            Reasoning = ReasoningOf(root),
            Output = text is { } config ? OutputOf(config) : null,
            Stream = Fields.Flag(root, "stream") ?? false,

            // Every stream of this API ends with its usage.
            IncludeUsage = true,
            User = Fields.OptionalText(root, "user", "") ?? Fields.OptionalText(root, "safety_identifier", ""),
            Extras = [.. Extras(root, text)],
            Echo = [.. Echo(root)],
            Unsayable = unsayable,
        };
    }

    private static void ReadInput(JsonElement root, ItemReader items)
    {
        if (Fields.Optional(root, "input") is not { } input)
        {
            // With a stored prompt there may be none; that is refused by its own rule.
            if (Fields.Optional(root, "prompt") is null) throw Fields.Missing("/input");
            return;
        }

        items.Read(input);
    }

    private static void ReadState(JsonElement root, List<FidelityEntry> unsayable)
    {
        foreach (var name in (ReadOnlySpan<string>)["previous_response_id", "conversation", "prompt"])
        {
            if (Fields.Optional(root, name) is not null) unsayable.Add(new(ClientRules.OfState(name)!, "/" + name));
        }

        if (Fields.Flag(root, "background") == true) unsayable.Add(new(ClientRules.Background, "/background"));
        // It is the default: only who asks for it is told that it is not so.
        if (Fields.Flag(root, "store") == true) unsayable.Add(new(ClientRules.Store, "/store"));
        if (Fields.OptionalText(root, "truncation", "") == "auto") unsayable.Add(new(ClientRules.Truncation, "/truncation"));
    }

    private static HashSet<string> Included(JsonElement root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (Fields.Array(root, "include", "") is not { } include) return names;
        var number = 0;
        foreach (var name in include.EnumerateArray()) names.Add(Fields.Text(name, $"/include/{number++}"));
        return names;
    }

    private static int? TopLogprobs(JsonElement root)
    {
        var count = Fields.Whole(root, "top_logprobs", 0);
        return count > MostLogprobs ? throw Fields.Wrong("/top_logprobs", $"at most {MostLogprobs}") : (int?)count;
    }

    private static Reasoning? ReasoningOf(JsonElement root)
    {
        if (Fields.Object(root, "reasoning", "") is not { } reasoning) return null;
        var effort = Fields.OptionalText(reasoning, "effort", "/reasoning");
        var summary = Fields.OptionalText(reasoning, "summary", "/reasoning") ?? Fields.OptionalText(reasoning, "generate_summary", "/reasoning");
        if (effort is null && summary is null) return null;
        return new Reasoning { Effort = effort, Enabled = effort == "none" ? false : null, Visible = summary is null ? null : true };
    }

    private static OutputFormat? OutputOf(JsonElement text)
    {
        const string Place = "/text/format";
        if (Fields.Object(text, "format", "/text") is not { } format) return null;
        return Fields.RequiredText(format, "type", Place) switch
        {
            "text" => null,
            "json_object" => new OutputFormat(default),
            "json_schema" => new OutputFormat(
                WireText.Raw(Fields.Object(format, "schema", Place) ?? throw Fields.Missing(Place + "/schema")),
                Fields.OptionalText(format, "name", Place),
                Fields.Flag(format, "strict", Place),
                Fields.OptionalText(format, "description", Place)),
            _ => throw Fields.Wrong(Place + "/type", "'text', 'json_object' or 'json_schema'"),
        };
    }

    /// <summary>Everything that has no place in the form; null says nothing, so it is nothing.</summary>
    private static IEnumerable<KeyValuePair<string, RawJson>> Extras(JsonElement root, JsonElement? text)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null || Known.Contains(member.Name)) continue;
            // It is the user already when no user is named beside it.
            if (member.NameEquals("safety_identifier"u8) && Fields.Optional(root, "user") is null) continue;
            yield return new(member.Name, WireText.Raw(member.Value));
        }

        // Chat completions have it at the top, and under the same name.
        if (text is { } config && Fields.Optional(config, "verbosity") is { } verbosity) yield return new("verbosity", WireText.Raw(verbosity));
    }

    private static IEnumerable<KeyValuePair<string, RawJson>> Echo(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && Repeated.Contains(member.Name)) yield return new(member.Name, WireText.Raw(member.Value));
        }
    }
}
