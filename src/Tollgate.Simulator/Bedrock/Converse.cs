using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary><c>POST /model/{id}/converse</c> and <c>converse-stream</c>: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html</summary>
internal static class Converse
{
    public static async Task HandleAsync(Call call, JsonObject body, string model, bool stream)
    {
        var prompt = ConversePrompt.Read(body, model, call.Simulator.Cache);
        var answer = Author.Write(prompt, 0, call.Faults.NeedsTokens);
        var start = call.Simulator.Time.GetTimestamp();
        if (stream)
        {
            await StreamAsync(call, prompt, answer, start);
            return;
        }

        var content = new JsonArray();
        if (!answer.Thinking.IsEmpty) content.Add(new JsonObject { ["reasoningContent"] = new JsonObject { ["reasoningText"] = new JsonObject { ["text"] = answer.ThinkingText, ["signature"] = Signature(answer) } } });
        if (!answer.Pieces.IsEmpty) content.Add(new JsonObject { ["text"] = answer.Text });
        foreach (var tool in answer.Calls)
        {
            var use = ToolUse(call, tool);
            use["input"] = JsonNode.Parse(tool.Arguments);
            content.Add(new JsonObject { ["toolUse"] = use });
        }

        await call.SendAsync(new JsonObject
        {
            ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content } },
            ["stopReason"] = StopReason(answer),
            ["usage"] = Usage(prompt, answer),
            ["metrics"] = Metrics(call, start),
        }, answer.Tokens);
    }

    private static async Task StreamAsync(Call call, Prompt prompt, Answer answer, long start)
    {
        var frames = await AwsStream.StartAsync(call);
        await frames.SendAsync("messageStart", new JsonObject { ["role"] = "assistant" });
        var index = 0;
        // Text and thoughts have no contentBlockStart: their first delta opens the block.
        if (!answer.Thinking.IsEmpty)
        {
            await DeltasAsync(frames, index, answer.Thinking.Select(static t => Reasoning("text", t)));
            await frames.SendAsync("contentBlockDelta", Delta(index, Reasoning("signature", Signature(answer))));
            await StopAsync(frames, index++);
        }

        if (!answer.Pieces.IsEmpty)
        {
            await DeltasAsync(frames, index, answer.Pieces.Select(static t => new JsonObject { ["text"] = t }));
            await StopAsync(frames, index++);
        }

        foreach (var tool in answer.Calls)
        {
            await frames.SendAsync("contentBlockStart", new JsonObject { ["contentBlockIndex"] = index, ["start"] = new JsonObject { ["toolUse"] = ToolUse(call, tool) } });
            await DeltasAsync(frames, index, tool.ArgumentPieces.Select(static t => new JsonObject { ["toolUse"] = new JsonObject { ["input"] = t } }));
            await StopAsync(frames, index++);
        }

        await frames.Pace.EndAsync();
        await frames.SendAsync("messageStop", new JsonObject { ["stopReason"] = StopReason(answer) });
        await frames.SendAsync("metadata", new JsonObject { ["usage"] = Usage(prompt, answer), ["metrics"] = Metrics(call, start) });
    }

    private static async Task DeltasAsync(AwsStream frames, int index, IEnumerable<JsonObject> deltas)
    {
        foreach (var delta in deltas)
        {
            await frames.Pace.TokenAsync();
            await frames.SendAsync("contentBlockDelta", Delta(index, delta));
        }
    }

    private static ValueTask StopAsync(AwsStream frames, int index) =>
        frames.SendAsync("contentBlockStop", new JsonObject { ["contentBlockIndex"] = index });

    private static JsonObject Delta(int index, JsonObject delta) => new() { ["contentBlockIndex"] = index, ["delta"] = delta };

    private static JsonObject Reasoning(string name, string value) => new() { ["reasoningContent"] = new JsonObject { [name] = value } };

    private static JsonObject ToolUse(Call call, ToolCall tool) =>
        new() { ["toolUseId"] = call.Simulator.Ids.Next("tooluse_", 22), ["name"] = tool.Name };

    /// <summary>Input tokens leave out what was read from the cache or written to it; the total counts all.</summary>
    private static JsonObject Usage(Prompt prompt, Answer answer) => new()
    {
        ["inputTokens"] = prompt.Tokens - prompt.CacheRead - prompt.CacheWrite,
        ["outputTokens"] = answer.Tokens,
        ["totalTokens"] = prompt.Tokens + answer.Tokens,
        ["cacheReadInputTokens"] = prompt.CacheRead,
        ["cacheWriteInputTokens"] = prompt.CacheWrite,
    };

    private static JsonObject Metrics(Call call, long start) =>
        new() { ["latencyMs"] = (long)call.Simulator.Time.GetElapsedTime(start).TotalMilliseconds };

    private static string StopReason(Answer answer) => answer.Ending switch
    {
        Ending.Length => "max_tokens",
        Ending.StopSequence => "stop_sequence",
        Ending.ToolCalls => "tool_use",
        _ => "end_turn",
    };

    private static string Signature(Answer answer) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"simulator:{Hashing.Of(answer.ThinkingText):x16}:signature"));
}
