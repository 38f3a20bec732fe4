using System.Text.Json.Nodes;

namespace Tollgate.Simulator.OpenAI;

/// <summary>What Azure adds to every answer: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter</summary>
internal static class ContentFilter
{
    public static JsonObject Results()
    {
        var results = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["hate", "self_harm", "sexual", "violence"])
        {
            results[name] = new JsonObject { ["filtered"] = false, ["severity"] = "safe" };
        }

        return results;
    }

    public static JsonArray PromptResults() => [new JsonObject { ["prompt_index"] = 0, ["content_filter_results"] = Results() }];

    /// <summary>The first chunk of a stream has no choices, and no id either.</summary>
    public static JsonObject LeadingChunk() => new()
    {
        ["choices"] = new JsonArray(),
        ["created"] = 0,
        ["id"] = "",
        ["model"] = "",
        ["object"] = "",
        ["prompt_filter_results"] = PromptResults(),
    };
}
