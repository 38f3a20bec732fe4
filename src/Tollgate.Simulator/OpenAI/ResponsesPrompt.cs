using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>Reads a request of the Responses API: https://platform.openai.com/docs/api-reference/responses/create</summary>
internal static class ResponsesPrompt
{
    public static Prompt Read(JsonObject body, string model, JsonArray earlier)
    {
        var text = new PromptText();
        if (body.Text("instructions") is { } instructions) text.Say("system", instructions);
        foreach (var item in earlier.Concat(Items(body))) Item(text, item);
        var format = body.Object("text").Object("format");
        var choice = body.Member("tool_choice");
        var allowed = choice.Text("type") == "allowed_tools" ? choice.List("tools")?.Select(t => t.Text("name")).ToHashSet(StringComparer.Ordinal) : null;
        var mode = choice.AsText() ?? choice.Text("mode");
        var tools = Tools(text, body).Where(t => allowed?.Contains(t.Name) != false);
        return new Prompt
        {
            Model = model,
            AllText = text.All,
            Tokens = text.Tokens,
            LastUserText = text.LastUserText,
            ToolResult = text.ToolResult,
            Tools = [.. tools],
            Demand = mode switch { "none" => ToolDemand.None, "required" => ToolDemand.Any, _ => choice.Text("name") is null ? ToolDemand.Auto : ToolDemand.Named },
            DemandedTool = choice.Text("name"),
            ParallelCalls = body.Flag("parallel_tool_calls", true),
            MaxTokens = ChatPrompt.Limit(body, "max_output_tokens"),
            Json = format.Text("type") is "json_object" or "json_schema",
            Schema = format.Member("schema"),
            Thinks = ChatPrompt.Thinks(body.Object("reasoning").Text("effort")),
        };
    }

    private static List<ToolOffer> Tools(PromptText text, JsonObject body)
    {
        var tools = new List<ToolOffer>();
        foreach (var tool in body.List("tools") ?? [])
        {
            if (tool.Text("type") != "function" || tool.Text("name") is not { } name) continue;
            text.Say("offer", name + " " + tool.Text("description"));
            tools.Add(new ToolOffer(name, tool.Member("parameters")));
        }

        return tools;
    }

    /// <summary>The input as items; a bare text is one user message.</summary>
    public static JsonArray Items(JsonObject body) => body.Member("input") switch
    {
        JsonArray items => (JsonArray)items.DeepClone(),
        { } text => [new JsonObject { ["type"] = "message", ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "input_text", ["text"] = text.AsText() ?? "" }) }],
        null => [],
    };

    private static void Item(PromptText text, JsonNode? item)
    {
        switch (item.Text("type") ?? "message")
        {
            case "message":
                text.Say(item.Text("role") ?? "user", Content(text, item.Member("content")));
                break;
            case "function_call":
                text.Say("call", item.Text("name") + " " + item.Text("arguments"));
                break;
            case "function_call_output":
                text.Result(Content(text, item.Member("output")));
                break;
        }
    }

    private static string Content(PromptText text, JsonNode? content)
    {
        if (content is not JsonArray parts) return content.AsText() ?? "";
        var words = "";
        foreach (var part in parts)
        {
            if (part.Text("text") is { } more) words += more;
            else text.Media(part.Text("type") ?? "part");
        }

        return words;
    }
}
