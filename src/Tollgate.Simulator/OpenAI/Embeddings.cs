using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary><c>POST …/embeddings</c>: https://platform.openai.com/docs/api-reference/embeddings</summary>
internal static class Embeddings
{
    public static async Task HandleAsync(Call call, string? deployment)
    {
        var body = await call.ReadAsync();
        var model = deployment ?? body.Text("model") ?? throw Refusal.Missing("model");
        await call.BeginAsync(model);
        var inputs = Inputs(body.Member("input") ?? throw Refusal.Missing("input"));
        if (inputs.Count is 0 or > 2048) throw new Refusal(400, "Invalid 'input': expected between 1 and 2048 entries.", "input");
        var format = body.Text("encoding_format") ?? "float";
        if (format is not ("float" or "base64")) throw new Refusal(400, $"Invalid value: '{format}'. Supported values are: 'float' and 'base64'.", "encoding_format", "invalid_value");
        var dimensions = Math.Clamp(body.Int("dimensions") ?? (model.Contains("3-large", StringComparison.Ordinal) ? 3072 : 1536), 1, 16384);
        var data = new JsonArray();
        foreach (var (text, _) in inputs)
        {
            var vector = UnitVector.Of(text, dimensions);
            data.Add(new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = data.Count,
                ["embedding"] = format == "base64" ? Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector)) : UnitVector.Json(vector),
            });
        }

        await call.SendAsync(new JsonObject
        {
            ["object"] = "list",
            ["data"] = data,
            ["model"] = model,
            ["usage"] = OpenAiUsage.Input(inputs.Sum(static i => i.Tokens)),
        });
    }

    private static List<(string Text, int Tokens)> Inputs(JsonNode input) => input switch
    {
        JsonArray { Count: > 0 } list when list[0]?.GetValueKind() == JsonValueKind.Number => [(list.ToJsonString(), list.Count)],
        JsonArray list => [.. list.Select(static i => i is JsonArray tokens ? (tokens.ToJsonString(), tokens.Count) : One(i))],
        _ => [One(input)],
    };

    private static (string Text, int Tokens) One(JsonNode? node) =>
        node.AsText() is { } text ? (text, TokenText.Count(text)) : throw new Refusal(400, "'$.input' is invalid. Please check the API reference.");
}
