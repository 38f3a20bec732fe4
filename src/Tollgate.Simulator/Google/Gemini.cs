using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Google;

/// <summary>
/// <c>…/models/{m}:{method}</c> of Vertex AI and of the Gemini API.
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
/// </summary>
internal static class Gemini
{
    public static async Task HandleAsync(Call call, string model, string method)
    {
        var body = await call.ReadAsync();
        var sse = call.Context.Request.Query["alt"] == "sse";
        await call.BeginAsync(model, method == "streamGenerateContent" && sse ? "text/event-stream" : "application/json");
        switch (method)
        {
            case "generateContent" when GeminiImages.IsAsked(body): await GeminiImages.GenerateAsync(call, body, model); break;
            case "predict" when model.Contains("imagen", StringComparison.Ordinal): await GeminiImages.PredictAsync(call, body); break;
            case "generateContent": await WholeAsync(call, body, model); break;
            case "streamGenerateContent": await StreamAsync(call, body, model, sse); break;
            case "countTokens": await CountAsync(call, body, model); break;
            case "predict": await GeminiEmbeddings.PredictAsync(call, body, model); break;
            case "embedContent": await GeminiEmbeddings.EmbedAsync(call, body); break;
            case "batchEmbedContents": await GeminiEmbeddings.EmbedManyAsync(call, body); break;
            default: throw new Refusal(404, $"Method not found: {method}");
        }
    }

    private static async Task WholeAsync(Call call, JsonObject body, string model)
    {
        var prompt = GeminiPrompt.Read(body, model);
        var answers = Enumerable.Range(0, GeminiPrompt.Candidates(body)).Select(i => Author.Write(prompt, i, call.Faults.NeedsTokens)).ToList();
        var shows = GeminiPrompt.ShowsThoughts(body);
        var id = call.Simulator.Ids.Next("", 22);
        var candidates = answers.Select((a, i) => Candidate([.. Parts(a, shows)], Finish(a), i));
        await call.SendAsync(Response(call, id, model, new JsonArray([.. candidates]), Usage(prompt, answers.Sum(static a => a.Tokens - a.ThinkingTokens), answers.Sum(static a => a.ThinkingTokens))), answers.Sum(static a => a.Tokens));
    }

    private static async Task StreamAsync(Call call, JsonObject body, string model, bool sse)
    {
        var prompt = GeminiPrompt.Read(body, model);
        var answer = Author.Write(prompt, 0, call.Faults.NeedsTokens);
        var shows = GeminiPrompt.ShowsThoughts(body);
        var id = call.Simulator.Ids.Next("", 22);
        // Without alt=sse the stream is one JSON array that grows.
        var stream = sse ? new GeminiStream(call, await SseStream.StartAsync(call, carriageReturns: true)) : await GeminiStream.StartArrayAsync(call);
        call.OnBrokenStream = refusal => stream.SendAsync(ErrorBodies.Google(refusal));
        var (thought, written) = (0, 0);
        foreach (var piece in answer.Thinking)
        {
            await stream.Pace.TokenAsync();
            thought++;
            if (shows) await SendAsync([new JsonObject { ["text"] = piece, ["thought"] = true }], null);
        }

        foreach (var piece in answer.Pieces)
        {
            await stream.Pace.TokenAsync();
            written++;
            await SendAsync([new JsonObject { ["text"] = piece }], null);
        }

        foreach (var tool in answer.Calls)
        {
            // A call comes whole.
            await stream.Pace.TokenAsync();
            written += tool.Tokens;
            await SendAsync([Call(tool, first: tool == answer.Calls[0])], null);
        }

        await stream.Pace.EndAsync();
        await SendAsync([new JsonObject { ["text"] = "" }], Finish(answer));
        await stream.EndAsync();

        ValueTask SendAsync(JsonArray parts, string? finish) =>
            stream.SendAsync(Response(call, id, model, [Candidate(parts, finish, 0)], Usage(prompt, written, thought)));
    }

    private static Task CountAsync(Call call, JsonObject body, string model)
    {
        var counted = body.Object("generateContentRequest") ?? body;
        foreach (var (name, _) in counted)
        {
            if (name is not ("contents" or "systemInstruction" or "system_instruction" or "tools" or "generationConfig" or "model" or "instances")) throw new Refusal(400, $"Invalid JSON payload received. Unknown name \"{name}\": Cannot find field.");
        }

        var tokens = GeminiPrompt.Read(counted, model).Tokens;
        return call.SendAsync(new JsonObject { ["totalTokens"] = tokens, ["promptTokensDetails"] = Details(tokens) });
    }

    private static IEnumerable<JsonNode> Parts(Answer answer, bool showsThoughts)
    {
        if (showsThoughts && !answer.Thinking.IsEmpty) yield return new JsonObject { ["text"] = answer.ThinkingText, ["thought"] = true };
        if (!answer.Pieces.IsEmpty) yield return new JsonObject { ["text"] = answer.Text };
        foreach (var tool in answer.Calls) yield return Call(tool, first: tool == answer.Calls[0]);
    }

    /// <summary>Of several calls only the first carries a signature.</summary>
    private static JsonObject Call(ToolCall tool, bool first)
    {
        var part = new JsonObject { ["functionCall"] = new JsonObject { ["name"] = tool.Name, ["args"] = JsonNode.Parse(tool.Arguments) } };
        if (first) part["thoughtSignature"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"simulator:{Hashing.Of(tool.Arguments):x16}"));
        return part;
    }

    private static JsonObject Candidate(JsonArray parts, string? finish, int index)
    {
        var candidate = new JsonObject { ["content"] = new JsonObject { ["role"] = "model", ["parts"] = parts }, ["index"] = index };
        if (finish is not null) candidate["finishReason"] = finish;
        return candidate;
    }

    private static JsonObject Response(Call call, string id, string model, JsonArray candidates, JsonObject usage) => new()
    {
        ["candidates"] = candidates,
        ["usageMetadata"] = usage,
        ["modelVersion"] = model,
        ["createTime"] = call.Simulator.Time.GetUtcNow().UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["responseId"] = id,
    };

    /// <summary>Thoughts are counted beside the candidates, not among them.</summary>
    private static JsonObject Usage(Prompt prompt, int written, int thought)
    {
        var usage = new JsonObject
        {
            ["promptTokenCount"] = prompt.Tokens,
            ["candidatesTokenCount"] = written,
            ["totalTokenCount"] = prompt.Tokens + written + thought,
            ["promptTokensDetails"] = Details(prompt.Tokens),
        };
        if (thought > 0) usage["thoughtsTokenCount"] = thought;
        return usage;
    }

    private static JsonArray Details(int tokens) => [new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = tokens }];

    // A function call ends with STOP too.
    private static string Finish(Answer answer) => answer.Ending == Ending.Length ? "MAX_TOKENS" : "STOP";
}
