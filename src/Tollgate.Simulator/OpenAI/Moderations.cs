using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary><c>POST …/moderations</c>: https://platform.openai.com/docs/api-reference/moderations. A text is flagged when it names a category.</summary>
internal static class Moderations
{
    private static readonly string[] Categories =
    [
        "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
        "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
    ];

    public static async Task HandleAsync(Call call)
    {
        var body = await call.ReadAsync();
        var model = body.Text("model") ?? "omni-moderation-latest";
        await call.BeginAsync(model);
        var input = body.Member("input") ?? throw Refusal.Missing("input");
        var results = input is JsonArray list && list.Any(static i => i.AsText() is not null)
            ? list.Select(static i => Result(i.AsText() ?? ""))
            : [Result(input is JsonArray parts ? string.Join(' ', parts.Select(static p => p.Text("text"))) : input.AsText() ?? "")];
        await call.SendAsync(new JsonObject
        {
            ["id"] = call.Simulator.Ids.Next("modr-", 29),
            ["model"] = model,
            ["results"] = new JsonArray([.. results]),
        });
    }

    private static JsonObject Result(string text)
    {
        var (flags, scores, types) = (new JsonObject(), new JsonObject(), new JsonObject());
        foreach (var category in Categories)
        {
            var found = text.Contains(category, StringComparison.OrdinalIgnoreCase);
            flags[category] = found;
            scores[category] = found ? 0.97 : 0.00001;
            types[category] = new JsonArray("text");
        }

        return new JsonObject
        {
            ["flagged"] = flags.Any(static f => f.Value!.GetValue<bool>()),
            ["categories"] = flags,
            ["category_scores"] = scores,
            ["category_applied_input_types"] = types,
        };
    }
}
