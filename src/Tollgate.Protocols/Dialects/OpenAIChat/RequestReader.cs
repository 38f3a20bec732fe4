using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads a client's request: its parameters here, its messages in <see cref="MessageReader"/>, its tools in <see cref="ToolReader"/>.</summary>
internal static class RequestReader
{
    private const int DeepestNesting = 128;

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
        var top = new TopMembers(root);
        var messages = new MessageReader();
        messages.Read(Fields.Array(top[Top.Messages], "messages", "") ?? throw Fields.Missing("/messages"));
        var (tools, choice) = Tools(top, root);
        return new ChatRequest
        {
            Dialect = OpenAIChatClient.DialectName,
            System = messages.System,
            Turns = messages.Turns,
            Tools = tools,
            ToolChoice = choice,
            ParallelToolCalls = top.Flag(Top.ParallelToolCalls),
            MaxTokens = top.Whole(Top.MaxCompletionTokens, 1) ?? top.Whole(Top.MaxTokens, 1),
            Temperature = top.Number(Top.Temperature),
            TopP = top.Number(Top.TopP),
            TopK = top.Whole(Top.TopK),
            PresencePenalty = top.Number(Top.PresencePenalty),
            FrequencyPenalty = top.Number(Top.FrequencyPenalty),
            Seed = top.Whole(Top.Seed),
            Count = Small("n", top.Whole(Top.Count, 1)),
            Stop = Stops(top),
            Logprobs = top.Flag(Top.Logprobs),
            TopLogprobs = Small("top_logprobs", top.Whole(Top.TopLogprobs, 0)),
            Reasoning = ReasoningOf(top),
            Output = OutputOf(top),
            Stream = top.Flag(Top.Stream) ?? false,
            IncludeUsage = top.Object(Top.StreamOptions) is { } options && Fields.Flag(options, "include_usage", "/stream_options") == true,
            User = top.Text(Top.User) ?? top.Text(Top.SafetyIdentifier),
            Extras = Joined(top.Extras, messages.Unknown) ?? (IReadOnlyList<KeyValuePair<string, RawJson>>)[],
        };
    }

    private static (IReadOnlyList<Tool> Tools, ToolChoice? Choice) Tools(in TopMembers top, JsonElement root) =>
        top[Top.Tools] is null && top[Top.Functions] is null && top[Top.ToolChoice] is null && top[Top.FunctionCall] is null ? ([], null) : ToolReader.Read(root);

    private static List<KeyValuePair<string, RawJson>>? Joined(List<KeyValuePair<string, RawJson>>? extras, List<KeyValuePair<string, RawJson>>? ofMessages)
    {
        if (extras is not null && ofMessages is not null) extras.AddRange(ofMessages);
        return extras ?? ofMessages;
    }

    private static int? Small(string name, long? number)
    {
        const int Most = 1024;
        return number > Most ? throw Fields.Wrong("/" + name, $"at most {Most}") : (int?)number;
    }

    private static IReadOnlyList<string> Stops(in TopMembers top)
    {
        if (top[Top.Stop] is not { } stop) return [];
        if (stop.ValueKind == JsonValueKind.String) return [Fields.Text(stop, "/stop")];
        if (stop.ValueKind != JsonValueKind.Array) throw Fields.Wrong("/stop", "a string or an array of strings");
        return [.. stop.EnumerateArray().Select((text, i) => Fields.Text(text, $"/stop/{i}"))];
    }

    private static Reasoning? ReasoningOf(in TopMembers top)
    {
        var effort = top.Text(Top.ReasoningEffort);
        var thinking = top.Object(Top.Thinking);
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

    private static OutputFormat? OutputOf(in TopMembers top)
    {
        if (top.Object(Top.ResponseFormat) is not { } format) return null;
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
}
