using System.Collections.Frozen;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads a client's request: its parameters here, its messages in <see cref="MessageReader"/>, its tools in <see cref="ToolReader"/>.</summary>
internal static class RequestReader
{
    private const int DeepestNesting = 128;

    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
        [
            "model", "messages", "tools", "tool_choice", "functions", "function_call", "parallel_tool_calls", "max_tokens",
            "max_completion_tokens", "temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty", "seed", "n", "stop", "logprobs",
            "top_logprobs", "reasoning_effort", "thinking", "response_format", "stream", "user",
        ],
        StringComparer.Ordinal);

    /// <summary>Reads a body.</summary>
    /// <exception cref="ChatFormatException">It breaks OpenAI's rules.</exception>
    public static ChatRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Fields.Wrong("", "a JSON object");
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw Fields.Wrong("", $"valid JSON, nested at most {DeepestNesting} deep");
        }
        catch (InvalidOperationException)
        {
            throw Fields.Wrong("", "a JSON object whose names are valid Unicode");
        }
    }

    private static ChatRequest Read(JsonElement root)
    {
        var messages = new MessageReader();
        messages.Read(Fields.Array(root, "messages", "") ?? throw Fields.Missing("/messages"));
        var (tools, choice) = ToolReader.Read(root);
        var extras = Extras(root, messages.Unknown);
        return new ChatRequest
        {
            Dialect = OpenAIChatClient.DialectName,
            System = messages.System,
            Turns = messages.Turns,
            Tools = tools,
            ToolChoice = choice,
            ParallelToolCalls = Fields.Flag(root, "parallel_tool_calls"),
            MaxTokens = Fields.Whole(root, "max_completion_tokens", 1) ?? Fields.Whole(root, "max_tokens", 1),
            Temperature = Fields.Number(root, "temperature"),
            TopP = Fields.Number(root, "top_p"),
            TopK = Fields.Whole(root, "top_k"),
            PresencePenalty = Fields.Number(root, "presence_penalty"),
            FrequencyPenalty = Fields.Number(root, "frequency_penalty"),
            Seed = Fields.Whole(root, "seed"),
            Count = Small(root, "n", 1),
            Stop = Stops(root),
            Logprobs = Fields.Flag(root, "logprobs"),
            TopLogprobs = Small(root, "top_logprobs", 0),
            Reasoning = ReasoningOf(root),
            Output = OutputOf(root),
            Stream = Fields.Flag(root, "stream") ?? false,
            IncludeUsage = Fields.Object(root, "stream_options", "") is { } options && Fields.Flag(options, "include_usage", "/stream_options") == true,
            User = Fields.OptionalText(root, "user", "") ?? Fields.OptionalText(root, "safety_identifier", ""),
            Extras = extras,
        };
    }

    private static int? Small(JsonElement root, string name, int least)
    {
        const int Most = 1024;
        var number = Fields.Whole(root, name, least);
        return number > Most ? throw Fields.Wrong("/" + name, $"at most {Most}") : (int?)number;
    }

    private static IReadOnlyList<string> Stops(JsonElement root)
    {
        if (Fields.Optional(root, "stop") is not { } stop) return [];
        if (stop.ValueKind == JsonValueKind.String) return [Fields.Text(stop, "/stop")];
        if (stop.ValueKind != JsonValueKind.Array) throw Fields.Wrong("/stop", "a string or an array of strings");
        return [.. stop.EnumerateArray().Select((text, i) => Fields.Text(text, $"/stop/{i}"))];
    }

    private static Reasoning? ReasoningOf(JsonElement root)
    {
        var effort = Fields.OptionalText(root, "reasoning_effort", "");
        var thinking = Fields.Object(root, "thinking", "");
        if (effort is null && thinking is null) return null;
        bool? enabled = effort == "none" ? false : null;
        if (thinking is not { } given) return new Reasoning { Effort = effort, Enabled = enabled };
        var type = Fields.OptionalText(given, "type", "/thinking");
        return new Reasoning
        {
            Effort = effort,
            Enabled = type switch
            {
                "enabled" or "adaptive" => true,
                "disabled" => false,
                null => enabled,
                _ => throw Fields.Wrong("/thinking/type", "'enabled', 'disabled' or 'adaptive'"),
            },
            Adaptive = type == "adaptive",
            BudgetTokens = Fields.Whole(given, "budget_tokens", pointer: "/thinking"),
            Visible = Fields.Flag(given, "includeThoughts", "/thinking") ?? Fields.OptionalText(given, "display", "/thinking") switch
            {
                null => null,
                "omitted" => false,
                _ => true,
            },
        };
    }

    private static OutputFormat? OutputOf(JsonElement root)
    {
        if (Fields.Object(root, "response_format", "") is not { } format) return null;
        switch (Fields.RequiredText(format, "type", "/response_format"))
        {
            case "text":
                return null;
            case "json_object":
                return new OutputFormat(default);
            case "json_schema":
                const string Place = "/response_format/json_schema";
                var schema = Fields.Object(format, "json_schema", "/response_format") ?? throw Fields.Missing(Place);
                return new OutputFormat(
                    Fields.Object(schema, "schema", Place) is { } shape ? WireText.Raw(shape) : default,
                    Fields.OptionalText(schema, "name", Place),
                    Fields.Flag(schema, "strict", Place),
                    Fields.OptionalText(schema, "description", Place));
            default:
                throw Fields.Wrong("/response_format/type", "'text', 'json_object' or 'json_schema'");
        }
    }

    /// <summary>Everything that has no place in the form; null says nothing, so it is nothing.</summary>
    private static List<KeyValuePair<string, RawJson>> Extras(JsonElement root, List<KeyValuePair<string, RawJson>> ofMessages)
    {
        var extras = new List<KeyValuePair<string, RawJson>>();
        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null || Known.Contains(member.Name)) continue;
            if (member.NameEquals("stream_options"u8) && member.Value.ValueKind == JsonValueKind.Object && member.Value.EnumerateObject().All(o => o.NameEquals("include_usage"u8))) continue;
            // It is the user already when no user is named beside it.
            if (member.NameEquals("safety_identifier"u8) && Fields.Optional(root, "user") is null) continue;
            extras.Add(new(member.Name, WireText.Raw(member.Value)));
        }

        extras.AddRange(ofMessages);
        return extras;
    }
}
