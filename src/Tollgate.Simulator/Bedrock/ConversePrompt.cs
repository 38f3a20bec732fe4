using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary>Reads a Converse request: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html</summary>
internal sealed class ConversePrompt
{
    private readonly PromptText _text = new();
    private (string Beginning, int Tokens, TimeSpan Life)? _marked;

    public static Prompt Read(JsonObject body, string model, PromptCache? cache) => new ConversePrompt().Prompt(body, model, cache);

    private Prompt Prompt(JsonObject body, string model, PromptCache? cache)
    {
        if (body.List("messages") is not { Count: > 0 } messages) throw new Refusal(400, "1 validation error detected: Value at 'messages' failed to satisfy constraint: Member must not be null or empty");
        var tools = Tools(body.Object("toolConfig"));
        foreach (var block in body.List("system") ?? []) Block("system", block);
        Messages(messages, tools.Count > 0);
        var cached = _marked is { } marked && cache is not null ? (marked.Tokens, Known: cache.Touch(marked.Beginning, marked.Life)) : default;
        var choice = body.Object("toolConfig").Object("toolChoice");
        var inference = body.Object("inferenceConfig");
        var schema = body.Object("outputConfig").Object("textFormat").Object("structure").Object("jsonSchema").Text("schema");
        return new Prompt
        {
            Model = model,
            AllText = _text.All,
            Tokens = _text.Tokens,
            LastUserText = _text.LastUserText,
            ToolResult = _text.ToolResult,
            Tools = [.. tools],
            Demand = choice.Object("tool") is not null ? ToolDemand.Named : choice.Object("any") is not null ? ToolDemand.Any : ToolDemand.Auto,
            DemandedTool = choice.Object("tool").Text("name"),
            MaxTokens = inference.Int("maxTokens"),
            Stops = [.. inference.Member("stopSequences").Strings()],
            Json = schema is not null,
            Schema = schema is null ? null : JsonNode.Parse(schema),
            Thinks = Thinks(body.Object("additionalModelRequestFields")),
            CacheRead = cached.Known ? cached.Tokens : 0,
            CacheWrite = cached.Known ? 0 : cached.Tokens,
        };
    }

    private static bool Thinks(JsonObject? fields) =>
        (fields.Object("thinking") ?? fields.Object("reasoning_config")).Text("type") is "enabled" or "adaptive";

    private void Messages(JsonArray messages, bool hasTools)
    {
        string? before = null;
        foreach (var message in messages)
        {
            var role = message.Text("role") ?? "";
            if (role is not ("user" or "assistant" or "system")) throw new Refusal(400, $"1 validation error detected: Value '{role}' at 'messages.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]");
            if (before is null && role == "assistant") throw new Refusal(400, "A conversation must start with a user message. Try again with a conversation that starts with a user message.");
            if (role == before && role != "system") throw new Refusal(400, $"A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.");
            if (message.List("content") is not { Count: > 0 } blocks) throw new Refusal(400, "The content field in the Message object is empty. Add a ContentBlock object to the content field and try again.");
            foreach (var block in blocks)
            {
                if (!hasTools && (block.Object("toolUse") ?? block.Object("toolResult")) is not null)
                {
                    throw new Refusal(400, "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
                }

                Block(role, block);
            }

            before = role;
        }
    }

    private void Block(string role, JsonNode? block)
    {
        if (block.Text("text") is { } text)
        {
            if (text.Length == 0) throw new Refusal(400, "The text field in the ContentBlock object is blank. Add text to the text field, and try again.");
            _text.Say(role, text);
        }
        else if (block.Object("toolUse") is { } use) _text.Say("call", use.Text("name") + " " + JsonText.Write(use.Member("input")));
        else if (block.Object("toolResult") is { } result) _text.Result(string.Concat((result.List("content") ?? []).Select(static c => c.Text("text") ?? JsonText.Write(c.Member("json")))));
        else if (block.Object("reasoningContent") is { } thought) _text.Say("thinking", thought.Object("reasoningText").Text("text") ?? "");
        else if (block.Object("cachePoint") is { } point) _marked = (_text.All, _text.Tokens, point.Text("ttl") == "1h" ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(5));
        else _text.Media((block as JsonObject)?.FirstOrDefault().Key ?? "block");
    }

    private List<ToolOffer> Tools(JsonObject? config)
    {
        var offers = new List<ToolOffer>();
        foreach (var tool in config.List("tools") ?? [])
        {
            if (tool.Object("cachePoint") is not null) Block("offer", tool);
            if (tool.Object("toolSpec") is not { } spec) continue;
            if (spec.Object("inputSchema").Object("json") is not { } schema) throw new Refusal(400, $"The value at toolConfig.tools.{offers.Count}.toolSpec.inputSchema.json is not a valid JSON Schema.");
            var name = spec.Text("name") ?? throw new Refusal(400, "1 validation error detected: Value at 'toolConfig.tools.toolSpec.name' failed to satisfy constraint: Member must not be null");
            _text.Say("offer", name + " " + spec.Text("description"));
            offers.Add(new ToolOffer(name, schema));
        }

        return offers;
    }
}
