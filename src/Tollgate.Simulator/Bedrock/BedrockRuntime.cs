using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Anthropic;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary><c>/model/{id}/…</c>: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html</summary>
internal static class BedrockRuntime
{
    /// <summary>Inference profiles over several regions are no models, and only models can count.</summary>
    private static readonly string[] Regions = ["us.", "eu.", "apac.", "global.", "us-gov.", "jp.", "au."];

    private const string EventStream = "application/vnd.amazon.eventstream";

    public static async Task HandleAsync(Call call, string model, string operation)
    {
        var body = await call.ReadAsync();
        var stream = operation is "converse-stream" or "invoke-with-response-stream";
        await call.BeginAsync(model, stream ? EventStream : "application/json");
        await (operation switch
        {
            "converse" or "converse-stream" => Converse.HandleAsync(call, body, model, stream),
            "count-tokens" => CountAsync(call, body, model),
            "invoke" when InvokedModels.Find(model) is { } answer => answer(call, body, model),
            _ => Messages.InvokeAsync(call, body, model, stream),
        });
    }

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html</summary>
    private static Task CountAsync(Call call, JsonObject body, string model)
    {
        if (Regions.Any(r => model.StartsWith(r, StringComparison.Ordinal))) throw new Refusal(400, "The provided model identifier is invalid.");
        var input = body.Object("input") ?? throw Invalid("input is required");
        InvokedModels.Allow(input, "converse", "invokeModel");
        if (input.Object("converse") is { } asked) InvokedModels.Allow(asked, "messages", "system", "toolConfig", "additionalModelRequestFields");
        var tokens = input.Object("converse") is { } converse
            ? ConversePrompt.Read(converse, model, null).Tokens
            : MessagesPrompt.Read(InvokeBody(input.Object("invokeModel").Text("body")), model, null).Tokens;
        return call.SendAsync(new JsonObject { ["inputTokens"] = tokens });
    }

    private static JsonObject InvokeBody(string? base64)
    {
        try
        {
            if (JsonNode.Parse(Convert.FromBase64String(base64 ?? "")) is JsonObject body)
            {
                return body.Int("max_tokens") is null ? throw Invalid("max_tokens: Field required")
                    : body.Text("anthropic_version") is null ? throw Invalid("anthropic_version: Field required")
                    : body.ContainsKey("model") || body.ContainsKey("stream") ? throw Invalid("model, stream: Extra inputs are not permitted")
                    : body;
            }
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Told below, like a body that is no object.
        }

        throw Invalid("input.invokeModel.body is not the base64 of a JSON object");
    }

    public static Refusal Invalid(string message) => new(400, "Malformed input request: " + message + ", please reformat your input and try again.");
}
