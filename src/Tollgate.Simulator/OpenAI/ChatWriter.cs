using System.Text;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>The parts that chat answers are put together from, the same in one piece and in a stream.</summary>
internal sealed class ChatWriter(Call call, JsonObject request, string model, string id, bool azure)
{
    private readonly long _created = call.Now;
    private readonly bool _logProbs = request.Flag("logprobs");
    private readonly int _topLogProbs = Math.Clamp(request.Int("top_logprobs") ?? 0, 0, 20);

    public bool Azure => azure;

    public bool IncludesUsage { get; } = request.Object("stream_options").Flag("include_usage");

    public bool ShowsReasoning => call.Faults.Reasoning;

    public JsonObject Head(string kind) => new() { ["id"] = id, ["object"] = kind, ["created"] = _created, ["model"] = model };

    public JsonObject Chunk(int index, JsonObject delta, JsonNode? logProbs = null, string? finish = null)
    {
        var chunk = Head("chat.completion.chunk");
        chunk["service_tier"] = "default";
        chunk["system_fingerprint"] = "fp_simulator";
        var choice = new JsonObject { ["index"] = index, ["delta"] = delta, ["logprobs"] = logProbs, ["finish_reason"] = finish };
        if (azure) choice["content_filter_results"] = ContentFilter.Results();
        chunk["choices"] = new JsonArray(choice);
        // OpenAI: with include_usage "all other chunks will also include a usage field, but with a null value".
        if (IncludesUsage) chunk["usage"] = null;
        return chunk;
    }

    public JsonNode Choice(Answer answer, int index)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = answer.Calls.IsEmpty ? answer.Text : null, ["refusal"] = null };
        if (ShowsReasoning && !answer.Thinking.IsEmpty) message["reasoning_content"] = answer.ThinkingText;
        if (!answer.Calls.IsEmpty) message["tool_calls"] = new JsonArray([.. answer.Calls.Select(c => ToolCall(c, withArguments: true))]);
        else message["annotations"] = new JsonArray();
        var choice = new JsonObject
        {
            ["index"] = index,
            ["message"] = message,
            ["logprobs"] = LogProbs(answer.Pieces),
            ["finish_reason"] = OpenAiUsage.FinishReason(answer),
        };
        if (azure) choice["content_filter_results"] = ContentFilter.Results();
        return choice;
    }

    public JsonObject ToolCall(ToolCall tool, bool withArguments) => new()
    {
        ["id"] = call.Simulator.Ids.Next("call_", 24),
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = tool.Name, ["arguments"] = withArguments ? tool.Arguments : "" },
    };

    public JsonObject? LogProbs(IEnumerable<string> pieces) =>
        _logProbs ? new JsonObject { ["content"] = new JsonArray([.. pieces.Select(LogProb)]), ["refusal"] = null } : null;

    private JsonNode LogProb(string piece)
    {
        var entry = Entry(piece, 0);
        entry["top_logprobs"] = new JsonArray([.. Enumerable.Range(0, _topLogProbs).Select(i => Entry(i == 0 ? piece : $"{piece}{i}", i))]);
        return entry;
    }

    private static JsonObject Entry(string token, int rank) => new()
    {
        ["token"] = token,
        ["logprob"] = Math.Round(-0.01 - (Hashing.Of(token) % 100 / 1000.0) - rank, 4),
        ["bytes"] = new JsonArray([.. Encoding.UTF8.GetBytes(token).Select(static b => JsonValue.Create((int)b))]),
    };
}
