using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Anthropic;

/// <summary>Reads a Messages request: https://docs.anthropic.com/en/api/messages</summary>
internal sealed class MessagesPrompt
{
    private static readonly TimeSpan ShortLife = TimeSpan.FromMinutes(5);

    private readonly PromptText _text = new();
    private (string Beginning, int Tokens, TimeSpan Life)? _marked;

    public static Prompt Read(JsonObject body, string model, PromptCache? cache) => new MessagesPrompt().Prompt(body, model, cache);

    private Prompt Prompt(JsonObject body, string model, PromptCache? cache)
    {
        if (body.List("messages") is not { } messages) throw new Refusal(400, "messages: Field required");
        if (messages.Count == 0) throw new Refusal(400, "messages: at least one message is required");
        // The order of the cache: tools, system, messages.
        var tools = Tools(body);
        Content("system", body.Member("system"));
        for (var i = 0; i < messages.Count; i++)
        {
            var role = messages[i].Text("role");
            if (role is not ("user" or "assistant" or "system")) throw new Refusal(400, $"messages.{i}.role: Input should be 'user' or 'assistant'");
            Content(role, messages[i].Member("content") ?? throw new Refusal(400, $"messages.{i}.content: Field required"));
        }

        var cached = _marked is { } marked && cache is not null ? (marked.Tokens, Known: cache.Touch(marked.Beginning, marked.Life)) : default;
        var choice = body.Object("tool_choice");
        var format = body.Object("output_config").Object("format") ?? body.Object("output_format");
        return new Prompt
        {
            Model = model,
            AllText = _text.All,
            Tokens = _text.Tokens,
            LastUserText = _text.LastUserText,
            ToolResult = _text.ToolResult,
            Tools = [.. tools],
            Demand = choice.Text("type") switch { "none" => ToolDemand.None, "any" => ToolDemand.Any, "tool" => ToolDemand.Named, _ => ToolDemand.Auto },
            DemandedTool = choice.Text("name"),
            ParallelCalls = !choice.Flag("disable_parallel_tool_use"),
            MaxTokens = body.Int("max_tokens"),
            Stops = [.. body.Member("stop_sequences").Strings()],
            Json = format.Text("type") == "json_schema",
            Schema = format.Member("schema"),
            Thinks = body.Object("thinking").Text("type") is "enabled" or "adaptive",
            CacheRead = cached.Known ? cached.Tokens : 0,
            CacheWrite = cached.Known ? 0 : cached.Tokens,
            CachesLong = _marked?.Life > ShortLife,
        };
    }

    private List<ToolOffer> Tools(JsonObject body)
    {
        var offers = new List<ToolOffer>();
        foreach (var tool in body.List("tools") ?? [])
        {
            // A tool of the server's own has a type and no schema; the stand-in has none of those.
            if (tool.Text("name") is not { } name || tool.Object("input_schema") is not { } schema) continue;
            _text.Say("offer", name + " " + tool.Text("description"));
            offers.Add(new ToolOffer(name, schema));
            Mark(tool);
        }

        return offers;
    }

    private void Content(string role, JsonNode? content)
    {
        if (content is not JsonArray blocks)
        {
            if (content.AsText() is { } text) _text.Say(role, text);
            return;
        }

        foreach (var block in blocks)
        {
            Block(role, block);
            Mark(block);
        }
    }

    private void Block(string role, JsonNode? block)
    {
        switch (block.Text("type"))
        {
            case "text": _text.Say(role, block.Text("text") ?? ""); break;
            case "thinking": _text.Say("thinking", block.Text("thinking") ?? ""); break;
            case "redacted_thinking": break;
            case "tool_use": _text.Say("call", block.Text("name") + " " + JsonText.Write(block.Member("input"))); break;
            case "tool_result": _text.Result(Result(block.Member("content"))); break;
            case { } type: _text.Media(type); break;
        }
    }

    private string Result(JsonNode? content)
    {
        if (content is not JsonArray parts) return content.AsText() ?? "";
        foreach (var part in parts.Where(static p => p.Text("text") is null)) _text.Media(part.Text("type") ?? "part");
        return string.Concat(parts.Select(static p => p.Text("text")));
    }

    /// <summary>A mark caches everything up to and with its block.</summary>
    private void Mark(JsonNode? block)
    {
        if (block.Object("cache_control") is not { } control) return;
        _marked = (_text.All, _text.Tokens, control.Text("ttl") == "1h" ? TimeSpan.FromHours(1) : ShortLife);
    }
}
