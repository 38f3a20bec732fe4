using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Reads a Messages request.</summary>
internal static class RequestReader
{
    public static ChatRequest Read(ReadOnlyMemory<byte> body, bool needsLimit = true)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, DeepJson.Document);
        }
        catch (JsonException e)
        {
            throw new ChatFormatException("The body is not valid JSON: " + e.Message, "");
        }

        using (document)
        {
            try
            {
                return Read(new Node(document.RootElement, "", null).Object(), needsLimit);
            }
            catch (InvalidOperationException)
            {
                throw new ChatFormatException("The body has a member whose name is no valid Unicode.", "");
            }
        }
    }

    private static ChatRequest Read(Node body, bool needsLimit)
    {
        var extras = new List<KeyValuePair<string, RawJson>>();
        CollectExtras(body, extras);
        var content = new ContentReader();
        var (system, turns) = Conversation(body, content);
        MarkEnd(body, system, turns);
        var choice = Choice(body["tool_choice"]);
        var stream = body["stream"].Flag() ?? false;
        return new ChatRequest
        {
            Dialect = Wire.Dialect,
            System = system,
            Turns = turns,
            Tools = Tools(body["tools"], extras),
            ToolChoice = choice,
            ParallelToolCalls = choice is null || body["tool_choice"]["disable_parallel_tool_use"].Flag() != true ? null : false,
            MaxTokens = body["max_tokens"].Integer() ?? (needsLimit ? throw body["max_tokens"].Missing() : null),
            Temperature = body["temperature"].Number(),
            TopP = body["top_p"].Number(),
            TopK = body["top_k"].Integer(),
            Stop = [.. body["stop_sequences"].Items().Select(static s => s.RequiredText())],
            Reasoning = Thinking(body),
            Output = Output(body["output_config"]["format"]) ?? Output(body["output_format"]),
            Stream = stream,

            // Every stream of this API ends with its usage.
            IncludeUsage = stream,
            User = body["metadata"]["user_id"].Text(),
            Extras = extras,
        };
    }

    private static (List<TextPart> System, List<Turn> Turns) Conversation(Node body, ContentReader content)
    {
        var system = ContentReader.System(body["system"]);
        var turns = new List<Turn>();
        if (body["messages"].IsMissing) throw body["messages"].Missing();
        foreach (var message in body["messages"].Items())
        {
            var role = message.Object()["role"];
            switch (role.RequiredText())
            {
                case "user": turns.Add(new Turn(Role.User, content.Parts(message["content"]))); break;
                case "assistant": turns.Add(new Turn(Role.Assistant, content.Parts(message["content"]))); break;
                case "system": system.AddRange(ContentReader.System(message["content"])); break;
                default: throw role.Fault("Input should be 'user', 'assistant' or 'system'");
            }
        }

        return (system, turns);
    }

    /// <summary>A <c>cache_control</c> of the whole request means its last block.</summary>
    private static void MarkEnd(Node body, List<TextPart> system, List<Turn> turns)
    {
        if (body.Cache() is not { } hint) return;
        if (turns is [.., { Parts: [.., var last] } turn])
        {
            turns[^1] = turn with { Parts = [.. turn.Parts.SkipLast(1), last with { Cache = last.Cache ?? hint }] };
        }
        else if (system is [.., var text])
        {
            system[^1] = text with { Cache = text.Cache ?? hint };
        }
    }

    private static List<Tool> Tools(Node tools, List<KeyValuePair<string, RawJson>> extras)
    {
        var read = new List<Tool>();
        foreach (var tool in tools.Items())
        {
            if (tool.Object()["type"].Text() is { } type and not "custom")
            {
                // Anthropic runs it, or has trained its models on it: nobody else knows what it takes.
                read.Add(new Tool(tool["name"].Text() ?? type, null, default) { Opaque = tool.Raw, OpaqueDialect = Wire.Dialect });
                continue;
            }

            read.Add(new Tool(tool["name"].RequiredText(), tool["description"].Text(), tool["input_schema"].Object().Raw)
            {
                Strict = tool["strict"].Flag(),
                Cache = tool.Cache(),
            });
            Collect(tool, "tools.", ["type", "name", "description", "input_schema", "strict", "cache_control"], extras);
        }

        return read;
    }

    private static ToolChoice? Choice(Node choice)
    {
        if (choice.IsMissing) return null;
        return choice.Object()["type"].RequiredText() switch
        {
            "auto" => new ToolChoice(ToolChoiceMode.Auto),
            "any" => new ToolChoice(ToolChoiceMode.Required),
            "none" => new ToolChoice(ToolChoiceMode.None),
            "tool" => new ToolChoice(ToolChoiceMode.Named, choice["name"].RequiredText()),
            _ => throw choice["type"].Fault("Input should be 'auto', 'any', 'tool' or 'none'"),
        };
    }

    private static Reasoning? Thinking(Node body)
    {
        var thinking = body["thinking"];
        var effort = body["output_config"]["effort"].Text();
        if (thinking.IsMissing) return effort is null ? null : new Reasoning { Effort = effort };
        var type = thinking.Object()["type"];
        var kind = type.RequiredText();
        if (kind is not ("enabled" or "adaptive" or "disabled")) throw type.Fault("Input should be 'enabled', 'adaptive' or 'disabled'");
        return new Reasoning
        {
            Enabled = kind != "disabled",
            Adaptive = kind == "adaptive",
            Effort = effort,
            BudgetTokens = kind == "enabled" ? thinking["budget_tokens"].Integer() ?? throw thinking["budget_tokens"].Missing() : null,
            Visible = thinking["display"].Text() switch { "summarized" => true, "omitted" => false, _ => null },
        };
    }

    private static OutputFormat? Output(Node format)
    {
        if (format.IsMissing) return null;
        if (format.Object()["type"].RequiredText() != "json_schema") throw format["type"].Fault("Input should be 'json_schema'");
        return new OutputFormat(format["schema"].Object().Raw);
    }

    private static void CollectExtras(Node body, List<KeyValuePair<string, RawJson>> extras)
    {
        Collect(body, "", [
            "model", "max_tokens", "messages", "system", "temperature", "top_p", "top_k", "stop_sequences", "stream", "tools",
            "tool_choice", "thinking", "output_config", "output_format", "metadata", "cache_control"], extras);

        // Under names of their own: OpenAI has a "metadata" too, which means something else.
        Collect(body["metadata"], "metadata.", ["user_id"], extras);
        Collect(body["output_config"], "output_config.", ["effort", "format"], extras);
        Collect(body["thinking"], "thinking.", ["type", "budget_tokens", "display"], extras);
    }

    private static void Collect(Node node, string prefix, ReadOnlySpan<string> known, List<KeyValuePair<string, RawJson>> extras)
    {
        if (node.IsMissing) return;
        foreach (var member in node.Object().Value.EnumerateObject())
        {
            var name = Wire.Name(member);
            if (known.Contains(name) || member.Value.ValueKind == JsonValueKind.Null) continue;
            extras.Add(new(prefix + name, Wire.Raw(member.Value)));
        }
    }
}
