using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>Reads a chat completion request: https://platform.openai.com/docs/api-reference/chat/create</summary>
internal static class ChatPrompt
{
    public static Prompt Read(JsonObject body, string model)
    {
        if (body.List("messages") is not { } messages) throw Refusal.Missing("messages");
        if (messages.Count == 0) throw new Refusal(400, "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array");
        var text = new PromptText();
        for (var i = 0; i < messages.Count; i++) Message(text, messages[i], i);
        var tools = Tools(text, body);
        var (demand, name) = Demand(body.Member("tool_choice"));
        var format = body.Object("response_format");
        return new Prompt
        {
            Model = model,
            AllText = text.All,
            Tokens = text.Tokens,
            LastUserText = text.LastUserText,
            ToolResult = text.ToolResult,
            Tools = [.. tools],
            Demand = demand,
            DemandedTool = name,
            ParallelCalls = body.Flag("parallel_tool_calls", true),
            MaxTokens = Limit(body, "max_completion_tokens") ?? Limit(body, "max_tokens"),
            Stops = [.. body.Member("stop").Strings()],
            Json = format.Text("type") is "json_object" or "json_schema",
            Schema = format.Object("json_schema").Member("schema"),
            Thinks = Thinks(body.Text("reasoning_effort")),
        };
    }

    /// <summary>A limit of tokens; refused below 1.</summary>
    public static int? Limit(JsonObject body, string key) =>
        body.Int(key) is { } limit
            ? limit >= 1 ? limit : throw new Refusal(400, $"Invalid '{key}': integer below minimum value. Expected a value >= 1, but got {limit} instead.", key, "integer_below_min_value")
            : null;

    /// <summary>Only a caller who names an effort gets reasoning tokens.</summary>
    public static bool Thinks(string? effort) => effort is not (null or "none" or "minimal");

    private static void Message(PromptText text, JsonNode? message, int index)
    {
        var role = message.Text("role") ?? throw Refusal.Missing($"messages[{index}].role");
        if (role is not ("system" or "developer" or "user" or "assistant" or "tool" or "function"))
        {
            throw new Refusal(400, $"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", $"messages[{index}].role", "invalid_value");
        }

        var content = string.Concat(Parts(text, message.Member("content")));
        if (role is "tool" or "function") text.Result(content);
        else text.Say(role, content);
        foreach (var call in message.List("tool_calls") ?? [])
        {
            text.Say("call", call.Object("function").Text("name") + " " + call.Object("function").Text("arguments"));
        }
    }

    private static IEnumerable<string> Parts(PromptText text, JsonNode? content)
    {
        if (content is not JsonArray parts)
        {
            yield return content.AsText() ?? "";
            yield break;
        }

        foreach (var part in parts)
        {
            if ((part.Text("text") ?? part.Text("refusal")) is { } words) yield return words;
            else text.Media(part.Text("type") ?? "part");
        }
    }

    private static List<ToolOffer> Tools(PromptText text, JsonObject body)
    {
        var offers = new List<ToolOffer>();
        foreach (var tool in body.List("tools") ?? [])
        {
            if (tool.Object("function") is not { } function) continue;
            var name = function.Text("name") ?? throw Refusal.Missing($"tools[{offers.Count}].function.name");
            text.Say("offer", name + " " + function.Text("description"));
            offers.Add(new ToolOffer(name, function.Member("parameters")));
        }

        return offers;
    }

    private static (ToolDemand Demand, string? Name) Demand(JsonNode? choice) => choice.AsText() switch
    {
        "none" => (ToolDemand.None, null),
        "required" => (ToolDemand.Any, null),
        null when choice.Object("function").Text("name") is { } name => (ToolDemand.Named, name),
        null when choice.Object("allowed_tools").Text("mode") == "required" => (ToolDemand.Any, null),
        _ => (ToolDemand.Auto, null),
    };
}
