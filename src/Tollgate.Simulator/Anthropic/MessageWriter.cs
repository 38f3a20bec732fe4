using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Anthropic;

/// <summary>Writes an answer as a message or as its events: https://docs.anthropic.com/en/docs/build-with-claude/streaming</summary>
internal sealed class MessageWriter(Call call, Prompt prompt, Answer answer)
{
    private readonly string _id = call.Simulator.Ids.Next("msg_01", 22);

    public JsonObject Whole()
    {
        var content = new JsonArray();
        if (!answer.Thinking.IsEmpty) content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = answer.ThinkingText, ["signature"] = Signature() });
        if (!answer.Pieces.IsEmpty) content.Add(new JsonObject { ["type"] = "text", ["text"] = answer.Text });
        foreach (var tool in answer.Calls) content.Add(ToolUse(tool, JsonNode.Parse(tool.Arguments)!));
        return Message(content, StopReason(), answer.StopSequence, Usage(answer.Tokens));
    }

    /// <summary>The events, each after the time that it takes.</summary>
    public async IAsyncEnumerable<JsonObject> EventsAsync(Pace pace, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new JsonObject { ["type"] = "message_start", ["message"] = Message([], null, null, Usage(1)) };
        yield return new JsonObject { ["type"] = "ping" };
        var index = 0;
        foreach (var (start, deltas) in Blocks())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = start };
            foreach (var (delta, counts) in deltas)
            {
                if (counts) await pace.TokenAsync();
                yield return new JsonObject { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = delta };
            }

            yield return new JsonObject { ["type"] = "content_block_stop", ["index"] = index++ };
        }

        await pace.EndAsync();
        yield return new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason(), ["stop_sequence"] = answer.StopSequence },
            ["usage"] = Usage(answer.Tokens),
        };
        yield return new JsonObject { ["type"] = "message_stop" };
    }

    private IEnumerable<(JsonObject Start, IEnumerable<(JsonObject Delta, bool Counts)> Deltas)> Blocks()
    {
        if (!answer.Thinking.IsEmpty)
        {
            // The signature comes just before the block ends, and is no token.
            yield return (new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
                answer.Thinking.Select(static t => (Delta("thinking_delta", "thinking", t), true)).Append((Delta("signature_delta", "signature", Signature()), false)));
        }

        if (!answer.Pieces.IsEmpty)
        {
            yield return (new JsonObject { ["type"] = "text", ["text"] = "" }, answer.Pieces.Select(static t => (Delta("text_delta", "text", t), true)));
        }

        foreach (var tool in answer.Calls)
        {
            yield return (ToolUse(tool, new JsonObject()),
                tool.ArgumentPieces.Select(static t => (Delta("input_json_delta", "partial_json", t), true)).Prepend((Delta("input_json_delta", "partial_json", ""), true)));
        }
    }

    private static JsonObject Delta(string type, string name, string text) => new() { ["type"] = type, [name] = text };

    private JsonObject ToolUse(ToolCall tool, JsonNode input) => new()
    {
        ["type"] = "tool_use",
        ["id"] = call.Simulator.Ids.Next("toolu_01", 22),
        ["name"] = tool.Name,
        ["input"] = input,
    };

    private JsonObject Message(JsonArray content, string? stopReason, string? stopSequence, JsonObject usage) => new()
    {
        ["id"] = _id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = prompt.Model,
        ["content"] = content,
        ["stop_reason"] = stopReason,
        ["stop_sequence"] = stopSequence,
        ["usage"] = usage,
    };

    /// <summary>Input tokens leave out what was read from the cache or written to it.</summary>
    private JsonObject Usage(int output) => new()
    {
        ["input_tokens"] = prompt.Tokens - prompt.CacheRead - prompt.CacheWrite,
        ["cache_creation_input_tokens"] = prompt.CacheWrite,
        ["cache_read_input_tokens"] = prompt.CacheRead,
        ["cache_creation"] = new JsonObject
        {
            ["ephemeral_5m_input_tokens"] = prompt.CachesLong ? 0 : prompt.CacheWrite,
            ["ephemeral_1h_input_tokens"] = prompt.CachesLong ? prompt.CacheWrite : 0,
        },
        ["output_tokens"] = output,
        ["service_tier"] = "standard",
    };

    private string StopReason() => answer.Ending switch
    {
        Ending.Length => "max_tokens",
        Ending.StopSequence => "stop_sequence",
        Ending.ToolCalls => "tool_use",
        _ => "end_turn",
    };

    private string Signature() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"simulator:{Hashing.Of(answer.ThinkingText):x16}:signature"));
}
