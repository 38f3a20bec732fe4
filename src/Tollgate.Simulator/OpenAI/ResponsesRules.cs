using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>What the Responses API refuses before a model sees it: https://platform.openai.com/docs/api-reference/responses/create</summary>
internal static class ResponsesRules
{
    private const int LeastTokens = 16;

    private static readonly FrozenSet<string> Members = FrozenSet.ToFrozenSet(
        [
            "background", "context_management", "conversation", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model",
            "moderation", "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
            "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools",
            "top_logprobs", "top_p", "truncation", "user",
        ],
        StringComparer.Ordinal);

    /// <summary>Throws the refusal of the first thing that is wrong.</summary>
    /// <param name="body">The request.</param>
    /// <param name="items">Its input, behind that of the responses before it.</param>
    public static void Check(JsonObject body, IReadOnlyList<JsonNode?> items)
    {
        foreach (var (name, _) in body)
        {
            if (!Members.Contains(name)) throw new Refusal(400, $"Unknown parameter: '{name}'.", name, "unknown_parameter");
        }

        if (body.Int("max_output_tokens") is { } most && most < LeastTokens)
        {
            throw new Refusal(400, $"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= {LeastTokens}, but got {most} instead.", "max_output_tokens", "integer_below_min_value");
        }

        CheckModel(body);
        CheckTools(body);
        var format = body.Object("text").Object("format");
        if (format.Text("type") == "json_schema")
        {
            if (format.Text("name") is null) throw Refusal.Missing("text.format.name");
            if (format.Object("schema") is null) throw Refusal.Missing("text.format.schema");
        }

        new ItemRules().Check(items);
    }

    private static void CheckModel(JsonObject body)
    {
        if (!(body.Text("model") ?? "").StartsWith("gpt-4", StringComparison.Ordinal)) return;
        if (body.Object("reasoning").Text("effort") is not null) throw new Refusal(400, "Unsupported parameter: 'reasoning.effort' is not supported with this model.", "reasoning.effort", "unsupported_parameter");
        if (body.Member("include").Strings().Contains("reasoning.encrypted_content", StringComparer.Ordinal)) throw new Refusal(400, "Encrypted content is not supported with this model.", "include");
    }

    private static void CheckTools(JsonObject body)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var tool in body.List("tools") ?? [])
        {
            var place = $"tools[{number++}]";
            var type = tool.Text("type") ?? throw Refusal.Missing(place + ".type");
            if (type is not ("function" or "custom")) continue;
            var name = tool.Text("name") ?? throw Refusal.Missing(place + ".name");
            if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            {
                throw new Refusal(400, $"Invalid '{place}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", place + ".name", "invalid_value");
            }

            names.Add(name);
            if (type == "function" && tool.Flag("strict") && tool.Object("parameters").Member("additionalProperties") is not JsonValue)
            {
                throw new Refusal(400, $"Invalid schema for function '{name}': In context=(), 'additionalProperties' is required to be supplied and to be false.", place + ".parameters", "invalid_function_parameters");
            }
        }

        if (body.Member("tool_choice").Text("name") is { } chosen && !names.Contains(chosen)) throw new Refusal(400, $"Tool choice '{chosen}' not found in 'tools' parameter.", "tool_choice");
        if (body.Member("tool_choice").AsText() == "required" && number == 0) throw new Refusal(400, "Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice");
    }
}
