using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Google;

/// <summary>Reads a generateContent request: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference. Members may be in camel or snake case.</summary>
internal static class GeminiPrompt
{
    public static Prompt Read(JsonObject body, string model)
    {
        if (body.List("contents") is not { Count: > 0 } contents) throw new Refusal(400, "Unable to submit request because at least one contents field is required.");
        var text = new PromptText();
        Parts(text, "system", Either(body, "systemInstruction", "system_instruction").List("parts"));
        foreach (var content in contents)
        {
            if (content.List("parts") is not { Count: > 0 } parts) throw new Refusal(400, "Unable to submit request because it must include at least one parts field.");
            Parts(text, content.Text("role") ?? "user", parts);
        }

        var generation = Either(body, "generationConfig", "generation_config");
        var calling = Either(Either(body, "toolConfig", "tool_config"), "functionCallingConfig", "function_calling_config");
        var allowed = Either(calling, "allowedFunctionNames", "allowed_function_names").Strings().ToHashSet(StringComparer.Ordinal);
        var thinking = Either(generation, "thinkingConfig", "thinking_config");
        return new Prompt
        {
            Model = model,
            Tools = [.. Tools(text, body).Where(t => allowed.Count == 0 || allowed.Contains(t.Name))],
            AllText = text.All,
            Tokens = text.Tokens,
            LastUserText = text.LastUserText,
            ToolResult = text.ToolResult,
            Demand = calling.Text("mode") switch { "NONE" => ToolDemand.None, "ANY" => ToolDemand.Any, _ => ToolDemand.Auto },
            MaxTokens = Either(generation, "maxOutputTokens", "max_output_tokens") is null ? null : generation.Int("maxOutputTokens") ?? generation.Int("max_output_tokens"),
            Stops = [.. Either(generation, "stopSequences", "stop_sequences").Strings()],
            Json = Either(generation, "responseMimeType", "response_mime_type").AsText() == "application/json",
            Schema = Either(generation, "responseJsonSchema", "response_json_schema") ?? Either(generation, "responseSchema", "response_schema"),
            Thinks = thinking is not null && thinking.Int("thinkingBudget") is not 0,
        };
    }

    /// <summary>True: thoughts are to be shown, as parts that say so.</summary>
    public static bool ShowsThoughts(JsonObject body) =>
        Either(Either(body, "generationConfig", "generation_config"), "thinkingConfig", "thinking_config") is { } thinking
        && (thinking.Flag("includeThoughts") || thinking.Flag("include_thoughts"));

    public static int Candidates(JsonObject body) =>
        Math.Clamp(Either(body, "generationConfig", "generation_config").Int("candidateCount") ?? 1, 1, 8);

    private static void Parts(PromptText text, string role, JsonArray? parts)
    {
        foreach (var part in parts ?? [])
        {
            if (part.Text("text") is { } words) text.Say(part.Flag("thought") ? "thinking" : role, words);
            else if (Either(part, "functionCall", "function_call") is { } call) text.Say("call", call.Text("name") + " " + JsonText.Write(call.Member("args")));
            else if (Either(part, "functionResponse", "function_response") is { } result) text.Result(Result(result.Object("response")));
            else text.Media((part as JsonObject)?.FirstOrDefault().Key ?? "part");
        }
    }

    private static string Result(JsonObject? response) =>
        response.Text("output") ?? response.Text("result") ?? JsonText.Write(response);

    private static List<ToolOffer> Tools(PromptText text, JsonObject body)
    {
        var offers = new List<ToolOffer>();
        foreach (var tool in body.List("tools") ?? [])
        {
            foreach (var function in Either(tool, "functionDeclarations", "function_declarations") as JsonArray ?? [])
            {
                var name = function.Text("name") ?? throw new Refusal(400, "Invalid value at 'tools.function_declarations.name': required.");
                text.Say("offer", name + " " + function.Text("description"));
                offers.Add(new ToolOffer(name, Either(function, "parametersJsonSchema", "parameters_json_schema") ?? function.Member("parameters")));
            }
        }

        return offers;
    }

    private static JsonNode? Either(JsonNode? owner, string camel, string snake) => owner.Member(camel) ?? owner.Member(snake);
}
