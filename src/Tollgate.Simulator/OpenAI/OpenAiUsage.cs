using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.OpenAI;

/// <summary>Usage as OpenAI counts it: cached tokens are part of the prompt, reasoning tokens part of the completion.</summary>
internal static class OpenAiUsage
{
    public static JsonObject Chat(int prompt, int completion, int reasoning) => new()
    {
        ["prompt_tokens"] = prompt,
        ["completion_tokens"] = completion,
        ["total_tokens"] = prompt + completion,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = reasoning,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };

    public static JsonObject Chat(Prompt prompt, IReadOnlyCollection<Answer> answers) =>
        Chat(prompt.Tokens, answers.Sum(static a => a.Tokens), answers.Sum(static a => a.ThinkingTokens));

    public static JsonObject Responses(int input, Answer answer) => new()
    {
        ["input_tokens"] = input,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
        ["output_tokens"] = answer.Tokens,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = answer.ThinkingTokens },
        ["total_tokens"] = input + answer.Tokens,
    };

    public static JsonObject Input(int tokens) => new() { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens };

    public static string FinishReason(Answer answer) => answer.Ending switch
    {
        Ending.Length => "length",
        Ending.ToolCalls => "tool_calls",
        _ => "stop",
    };
}
