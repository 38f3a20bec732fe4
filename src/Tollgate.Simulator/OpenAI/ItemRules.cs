using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>What the Responses API refuses of items: content in the wrong role, calls and results that do not belong together, thoughts that were changed.</summary>
internal sealed class ItemRules
{
    private readonly HashSet<string> _calls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _results = new(StringComparer.Ordinal);

    public void Check(IReadOnlyList<JsonNode?> items)
    {
        for (var i = 0; i < items.Count; i++) Check(items[i], $"input[{i}]");
        foreach (var call in _calls.Where(c => !_results.Contains(c))) throw new Refusal(400, $"No tool output found for function call {call}.", "input");
    }

    private void Check(JsonNode? item, string place)
    {
        switch (item.Text("type") ?? "message")
        {
            case "message":
                CheckMessage(item, place);
                break;
            case "function_call" or "custom_tool_call":
                if (item.Text("name") is null) throw Refusal.Missing(place + ".name");
                _calls.Add(item.Text("call_id") ?? throw Refusal.Missing(place + ".call_id"));
                break;
            case "function_call_output" or "custom_tool_call_output":
                CheckResult(item, place);
                break;
            case "reasoning":
                if (item.Text("encrypted_content") is { } encrypted && !EncryptedThoughts.AreIntact(encrypted))
                {
                    throw new Refusal(400, $"The encrypted content for item {item.Text("id")} could not be verified.", place + ".encrypted_content", "invalid_encrypted_content");
                }

                break;
            case "item_reference":
                throw new Refusal(404, $"Item with id '{item.Text("id")}' not found.", "input");
        }
    }

    private static void CheckMessage(JsonNode? item, string place)
    {
        var role = item.Text("role") ?? throw Refusal.Missing(place + ".role");
        if (role is not ("user" or "assistant" or "system" or "developer")) throw Invalid(role, place + ".role", "'assistant', 'system', 'developer', and 'user'");
        if (item.Member("content") is not { } content) throw Refusal.Missing(place + ".content");
        if (content is not JsonArray parts) return;
        for (var i = 0; i < parts.Count; i++)
        {
            var (at, type) = ($"{place}.content[{i}]", parts[i].Text("type"));
            if (type is null) throw Refusal.Missing(at + ".type");
            if (role == "assistant" ? type is not ("output_text" or "refusal") : type is not ("input_text" or "input_image" or "input_file"))
            {
                throw Invalid(type, at, role == "assistant" ? "'output_text' and 'refusal'" : "'input_text', 'input_image', and 'input_file'");
            }
        }
    }

    private void CheckResult(JsonNode? item, string place)
    {
        var id = item.Text("call_id") ?? throw Refusal.Missing(place + ".call_id");
        if (item.Member("output") is null) throw Refusal.Missing(place + ".output");
        if (!_calls.Contains(id)) throw new Refusal(400, $"No tool call found for function call output with call_id {id}.", "input");
        _results.Add(id);
    }

    private static Refusal Invalid(string value, string place, string supported) =>
        new(400, $"Invalid value: '{value}'. Supported values are: {supported}.", place, "invalid_value");
}
