using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Anthropic;

/// <summary>
/// Messages as Anthropic takes them, as Vertex does (<c>:rawPredict</c>) and as Bedrock does (<c>/invoke</c>).
/// https://docs.anthropic.com/en/api/messages
/// </summary>
internal static class Messages
{
    /// <summary><c>POST /v1/messages</c>, and Vertex with the model from its path.</summary>
    /// <param name="call">The request.</param>
    /// <param name="model">The model of the path, where the body has none.</param>
    /// <param name="streams">What the path says about streaming. Null: the body says it.</param>
    public static async Task CreateAsync(Call call, string? model = null, bool? streams = null)
    {
        var body = await call.ReadAsync();
        var stream = streams ?? body.Flag("stream");
        await call.BeginAsync(model ?? body.Text("model") ?? "", stream ? "text/event-stream" : "application/json");
        RequireVersion(call, body, hosted: model is not null);
        var writer = Writer(call, body, model);
        if (!stream)
        {
            await SendAsync(call, writer.Message);
            return;
        }

        var sse = await SseStream.StartAsync(call);
        call.OnBrokenStream = refusal => sse.SendAsync("error", ErrorBodies.Anthropic(refusal, call.RequestId));
        await foreach (var one in writer.Message.EventsAsync(sse.Pace, call.Aborted)) await sse.SendAsync(one.Text("type"), one);
    }

    /// <summary><c>POST /model/{id}/invoke</c> and <c>invoke-with-response-stream</c>: the events travel inside AWS' own frames.</summary>
    public static async Task InvokeAsync(Call call, JsonObject body, string model, bool stream)
    {
        RequireVersion(call, body, hosted: true);
        var (message, prompt, answer) = Writer(call, body, model);
        if (!stream)
        {
            call.Context.Response.Headers["x-amzn-bedrock-input-token-count"] = Text(prompt.Tokens);
            call.Context.Response.Headers["x-amzn-bedrock-output-token-count"] = Text(answer.Tokens);
            await call.SendAsync(message.Whole(), answer.Tokens);
            return;
        }

        call.Context.Response.Headers["x-amzn-bedrock-content-type"] = "application/json";
        var frames = await AwsStream.StartAsync(call);
        await foreach (var one in message.EventsAsync(frames.Pace, call.Aborted))
        {
            if (one.Text("type") == "message_stop") one["amazon-bedrock-invocationMetrics"] = Metrics(prompt, answer);
            await frames.SendAsync("chunk", new JsonObject { ["bytes"] = Convert.ToBase64String(JsonText.Bytes(one)) });
        }
    }

    /// <summary><c>POST /v1/messages/count_tokens</c> and Vertex' <c>count-tokens:rawPredict</c>.</summary>
    public static async Task CountAsync(Call call, bool hosted = false)
    {
        var body = await call.ReadAsync();
        var model = body.Text("model") ?? "";
        await call.BeginAsync(model);
        RequireVersion(call, body, hosted);
        foreach (var name in (string[])["max_tokens", "stream", "temperature", "stop_sequences", "metadata"])
        {
            if (body.ContainsKey(name)) throw new Refusal(400, $"{name}: Extra inputs are not permitted");
        }

        if (model.Length == 0) throw new Refusal(400, "model: Field required");
        await call.SendAsync(new JsonObject { ["input_tokens"] = MessagesPrompt.Read(body, model, null).Tokens });
    }

    private static (MessageWriter Message, Prompt Prompt, Answer Answer) Writer(Call call, JsonObject body, string? model)
    {
        model ??= body.Text("model") is { Length: > 0 } named ? named : throw new Refusal(400, "model: Field required");
        if (body.Int("max_tokens") is not { } limit) throw new Refusal(400, "max_tokens: Field required");
        if (limit < 1) throw new Refusal(400, "max_tokens: Input should be greater than or equal to 1");
        CheckThinking(body, limit);
        var prompt = MessagesPrompt.Read(body, model, call.Simulator.Cache);
        var answer = Author.Write(prompt, 0, call.Faults.NeedsTokens);
        return (new MessageWriter(call, prompt, answer), prompt, answer);
    }

    private static void CheckThinking(JsonObject body, int limit)
    {
        if (body.Object("thinking") is not { } thinking || thinking.Text("type") != "enabled") return;
        if (thinking.Int("budget_tokens") is not { } budget) throw new Refusal(400, "thinking.enabled.budget_tokens: Field required");
        if (budget < 1024) throw new Refusal(400, "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
        if (budget >= limit) throw new Refusal(400, "`max_tokens` must be greater than `thinking.budget_tokens`.");
    }

    private static void RequireVersion(Call call, JsonObject body, bool hosted)
    {
        if (hosted && body.Text("anthropic_version") is null) throw new Refusal(400, "anthropic_version: Field required");
        if (!hosted && !call.Context.Request.Headers.ContainsKey("anthropic-version")) throw new Refusal(400, "anthropic-version: header is required");
    }

    private static Task SendAsync(Call call, MessageWriter message)
    {
        var whole = message.Whole();
        return call.SendAsync(whole, whole.Object("usage").Int("output_tokens") ?? 0);
    }

    private static JsonObject Metrics(Prompt prompt, Answer answer) => new()
    {
        ["inputTokenCount"] = prompt.Tokens - prompt.CacheRead - prompt.CacheWrite,
        ["outputTokenCount"] = answer.Tokens,
        ["invocationLatency"] = 1,
        ["firstByteLatency"] = 1,
        ["cacheReadInputTokenCount"] = prompt.CacheRead,
        ["cacheWriteInputTokenCount"] = prompt.CacheWrite,
    };

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
