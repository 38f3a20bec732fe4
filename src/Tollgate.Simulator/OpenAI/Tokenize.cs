using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary><c>POST /tokenize</c> of vLLM: https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html</summary>
internal static class Tokenize
{
    private const int LongestContext = 32_768;

    public static async Task HandleAsync(Call call)
    {
        var body = await call.ReadAsync();
        var model = body.Text("model") ?? "";
        await call.BeginAsync(model);
        var text = body.Text("prompt");
        if (text is null == (body.List("messages") is null)) throw new Refusal(400, "Expected either 'prompt' or 'messages'.");
        var count = text is null ? ChatPrompt.Read(body, model).Tokens : TokenText.Count(text);
        await call.SendAsync(new JsonObject
        {
            ["count"] = count,
            ["max_model_len"] = LongestContext,
            ["tokens"] = new JsonArray([.. Enumerable.Range(0, count).Select(static i => (JsonNode)i)]),
            ["token_strs"] = null,
        });
    }
}
