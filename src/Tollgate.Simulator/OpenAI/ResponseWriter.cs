using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>Writes the object that the Responses API returns.</summary>
internal sealed class ResponseWriter(Call call, JsonObject request, string model)
{
    private readonly string _id = call.Simulator.Ids.Next("resp_", 48);
    private readonly long _created = call.Now;

    /// <summary>The items of an answer, in the order in which they are streamed.</summary>
    public List<JsonObject> Output(Answer answer)
    {
        var items = new List<JsonObject>();
        if (!answer.Thinking.IsEmpty)
        {
            var thoughts = new JsonObject { ["id"] = call.Simulator.Ids.Next("rs_", 48), ["type"] = "reasoning", ["summary"] = Summary(answer) };
            if (request.Member("include").Strings().Contains("reasoning.encrypted_content", StringComparer.Ordinal)) thoughts["encrypted_content"] = EncryptedThoughts.Of(answer.ThinkingText);
            items.Add(thoughts);
        }

        items.AddRange(answer.Calls.Select(c => new JsonObject
        {
            ["id"] = call.Simulator.Ids.Next("fc_", 48),
            ["type"] = "function_call",
            ["status"] = "completed",
            ["arguments"] = c.Arguments,
            ["call_id"] = call.Simulator.Ids.Next("call_", 24),
            ["name"] = c.Name,
        }));
        if (answer.Calls.IsEmpty)
        {
            items.Add(new JsonObject
            {
                ["id"] = call.Simulator.Ids.Next("msg_", 48),
                ["type"] = "message",
                ["status"] = answer.Ending == Ending.Length ? "incomplete" : "completed",
                ["role"] = "assistant",
                ["content"] = new JsonArray(Part(answer.Text)),
            });
        }

        return items;
    }

    public JsonObject Whole(Prompt prompt, Answer answer, IEnumerable<JsonObject> output)
    {
        var whole = Begun(answer.Ending == Ending.Length ? "incomplete" : "completed");
        if (answer.Ending == Ending.Length) whole["incomplete_details"] = new JsonObject { ["reason"] = "max_output_tokens" };
        whole["output"] = new JsonArray([.. output.Select(static o => o.DeepClone())]);
        whole["usage"] = OpenAiUsage.Responses(prompt.Tokens, answer);
        return whole;
    }

    /// <summary>The response without output and usage, as a stream opens with it.</summary>
    public JsonObject Begun(string status) => new()
    {
        ["id"] = _id,
        ["object"] = "response",
        ["created_at"] = _created,
        ["status"] = status,
        ["background"] = request.Flag("background"),
        ["error"] = null,
        ["incomplete_details"] = null,
        ["instructions"] = request.Member("instructions")?.DeepClone(),
        ["max_output_tokens"] = request.Member("max_output_tokens")?.DeepClone(),
        ["metadata"] = request.Object("metadata")?.DeepClone() ?? new JsonObject(),
        ["model"] = model,
        ["output"] = new JsonArray(),
        ["parallel_tool_calls"] = request.Flag("parallel_tool_calls", true),
        ["previous_response_id"] = request.Text("previous_response_id"),
        ["reasoning"] = new JsonObject { ["effort"] = request.Object("reasoning").Text("effort"), ["summary"] = request.Object("reasoning").Text("summary") },
        ["service_tier"] = "default",
        ["store"] = request.Flag("store", true),
        ["temperature"] = request.Member("temperature")?.DeepClone() ?? 1.0,
        ["text"] = request.Object("text")?.DeepClone() ?? new JsonObject { ["format"] = new JsonObject { ["type"] = "text" } },
        ["tool_choice"] = request.Member("tool_choice")?.DeepClone() ?? "auto",
        ["tools"] = request.List("tools")?.DeepClone() ?? new JsonArray(),
        ["top_p"] = request.Member("top_p")?.DeepClone() ?? 1.0,
        ["truncation"] = "disabled",
        ["usage"] = null,
        ["user"] = request.Text("user"),
    };

    public static JsonObject Part(string text) => new() { ["type"] = "output_text", ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray(), ["text"] = text };

    // OpenAI shows a summary of its reasoning only to those who ask.
    private JsonArray Summary(Answer answer) =>
        request.Object("reasoning").Text("summary") is null ? [] : [new JsonObject { ["type"] = "summary_text", ["text"] = answer.ThinkingText }];
}
