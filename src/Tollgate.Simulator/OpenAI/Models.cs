using System.Text.Json.Nodes;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>
/// <c>GET …/models</c>, in three dialects. The list is a sample: every name is answered for.
/// </summary>
internal static class Models
{
    private const long Created = 1_735_689_600;

    private static readonly string[] Names =
    [
        "gpt-5", "gpt-5-mini", "gpt-4o", "gpt-4o-mini", "text-embedding-3-small", "gpt-image-1", "tts-1", "whisper-1", "omni-moderation-latest",
    ];

    private static readonly string[] Claudes = ["claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"];

    private static readonly string[] Geminis = ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-embedding-001"];

    public static async Task OpenAiAsync(Call call, string? id)
    {
        await call.BeginAsync(id ?? "");
        await call.SendAsync(id is not null ? OpenAi(id) : new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. Names.Select(OpenAi)]) });
    }

    public static async Task AnthropicAsync(Call call, string? id)
    {
        await call.BeginAsync(id ?? "");
        await call.SendAsync(id is not null ? Anthropic(id) : new JsonObject
        {
            ["data"] = new JsonArray([.. Claudes.Select(Anthropic)]),
            ["has_more"] = false,
            ["first_id"] = Claudes[0],
            ["last_id"] = Claudes[^1],
        });
    }

    public static async Task GoogleAsync(Call call, string? id)
    {
        await call.BeginAsync(id ?? "");
        await call.SendAsync(id is not null ? Google(id) : new JsonObject { ["models"] = new JsonArray([.. Geminis.Select(Google)]) });
    }

    private static JsonNode OpenAi(string id) =>
        new JsonObject { ["id"] = id, ["object"] = "model", ["created"] = Created, ["owned_by"] = "simulator" };

    private static JsonNode Anthropic(string id) =>
        new JsonObject { ["type"] = "model", ["id"] = id, ["display_name"] = id, ["created_at"] = "2025-01-01T00:00:00Z" };

    private static JsonNode Google(string id) => new JsonObject
    {
        ["name"] = "models/" + id,
        ["version"] = "001",
        ["displayName"] = id,
        ["inputTokenLimit"] = 1_048_576,
        ["outputTokenLimit"] = 65_536,
        ["supportedGenerationMethods"] = new JsonArray("generateContent", "countTokens"),
    };
}
