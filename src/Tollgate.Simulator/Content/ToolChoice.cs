using System.Collections.Immutable;

namespace Tollgate.Simulator.Content;

/// <summary>Decides which tools an answer calls.</summary>
internal static class ToolChoice
{
    /// <summary>
    /// Forced: what was forced. Else nothing after a tool's result; the tools that the user's text names; and on the
    /// first turn the first tool.
    /// </summary>
    public static ImmutableArray<ToolCall> Calls(Prompt prompt)
    {
        if (prompt.Tools.IsEmpty || prompt.Demand == ToolDemand.None) return [];
        var chosen = prompt.Demand switch
        {
            ToolDemand.Named => prompt.Tools.Where(t => t.Name == prompt.DemandedTool).Take(1).ToList(),
            ToolDemand.Any => Mentioned(prompt) is { Count: > 0 } named ? named : [prompt.Tools[0]],
            _ when prompt.ToolResult is not null => [],
            _ => Mentioned(prompt) is { Count: > 0 } named ? named : FirstTurn(prompt),
        };
        var limit = prompt.ParallelCalls ? chosen.Count : 1;
        return [.. chosen.Take(limit).Select(t => Call(t, prompt))];
    }

    private static List<ToolOffer> Mentioned(Prompt prompt) =>
        [.. prompt.Tools.Where(t => prompt.LastUserText.Contains(t.Name, StringComparison.OrdinalIgnoreCase))];

    private static List<ToolOffer> FirstTurn(Prompt prompt) =>
        prompt.AllText.Contains("tool\u001f", StringComparison.Ordinal) ? [] : [prompt.Tools[0]];

    private static ToolCall Call(ToolOffer tool, Prompt prompt) =>
        new(tool.Name, JsonText.Write(SchemaInstance.Make(tool.Schema, SchemaInstance.Words(prompt.LastUserText))));
}
