using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary><c>POST …/completions</c>: https://platform.openai.com/docs/api-reference/completions</summary>
internal static class Completions
{
    public static async Task HandleAsync(Call call, string? deployment)
    {
        var body = await call.ReadAsync();
        var model = deployment ?? body.Text("model") ?? throw Refusal.Missing("model");
        var stream = body.Flag("stream");
        await call.BeginAsync(model, stream ? "text/event-stream" : "application/json");
        var prompts = Prompts(body, model);
        var n = Math.Clamp(body.Int("n") ?? 1, 1, 128);
        var answers = prompts.SelectMany(p => Enumerable.Range(0, n).Select(i => Write(body, p, i, call.Faults.NeedsTokens))).ToList();
        var head = new JsonObject { ["id"] = call.Simulator.Ids.Next("cmpl-", 29), ["object"] = "text_completion", ["created"] = call.Now, ["model"] = model };
        var usage = OpenAiUsage.Chat(prompts.Sum(static p => p.Tokens), answers.Sum(static a => a.Tokens), 0);
        if (stream)
        {
            await StreamAsync(call, head, answers, body.Object("stream_options").Flag("include_usage") ? usage : null);
            return;
        }

        head["choices"] = new JsonArray([.. answers.Select((a, i) => Choice(i, a.Text, OpenAiUsage.FinishReason(a)))]);
        head["usage"] = usage;
        await call.SendAsync(head, answers.Sum(static a => a.Tokens));
    }

    private static async Task StreamAsync(Call call, JsonObject head, List<Answer> answers, JsonObject? usage)
    {
        var sse = await SseStream.StartAsync(call);
        call.OnBrokenStream = refusal => sse.SendAsync(new JsonObject { ["error"] = ErrorBodies.OpenAI(refusal) });
        for (var i = 0; i < answers.Count; i++)
        {
            foreach (var piece in answers[i].Pieces)
            {
                await sse.Pace.TokenAsync();
                await sse.SendAsync(Chunk(head, [Choice(i, piece, null)], usage is not null));
            }

            await sse.Pace.EndAsync();
            await sse.SendAsync(Chunk(head, [Choice(i, "", OpenAiUsage.FinishReason(answers[i]))], usage is not null));
        }

        if (usage is not null)
        {
            var last = Chunk(head, [], true);
            last["usage"] = usage;
            await sse.SendAsync(last);
        }

        await sse.DoneAsync();
    }

    private static JsonObject Chunk(JsonObject head, JsonArray choices, bool includesUsage)
    {
        var chunk = (JsonObject)head.DeepClone();
        chunk["choices"] = choices;
        if (includesUsage) chunk["usage"] = null;
        return chunk;
    }

    private static JsonObject Choice(int index, string text, string? finish) =>
        new JsonObject { ["text"] = text, ["index"] = index, ["logprobs"] = null, ["finish_reason"] = finish };

    private static Answer Write(JsonObject body, Prompt prompt, int choice, int atLeast)
    {
        var answer = Author.Write(prompt, choice, atLeast);
        return body.Flag("echo") ? answer with { Pieces = [.. TokenText.Split(prompt.LastUserText + answer.Text)] } : answer;
    }

    /// <summary>A text, texts, tokens, or lists of tokens.</summary>
    private static List<Prompt> Prompts(JsonObject body, string model)
    {
        var given = body.Member("prompt") ?? throw Refusal.Missing("prompt");
        return given switch
        {
            JsonArray { Count: > 0 } list when IsNumber(list[0]) => [One(body, model, list.ToJsonString(), list.Count)],
            JsonArray list => [.. list.Select(p => p is JsonArray tokens ? One(body, model, tokens.ToJsonString(), tokens.Count) : One(body, model, p.AsText() ?? "", null))],
            _ => [One(body, model, given.AsText() ?? "", null)],
        };
    }

    private static bool IsNumber(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number;

    private static Prompt One(JsonObject body, string model, string text, int? tokens) => new()
    {
        Model = model,
        AllText = text,
        LastUserText = text,
        Tokens = tokens ?? TokenText.Count(text),
        // The old API writes 16 tokens when it is not told how many.
        MaxTokens = ChatPrompt.Limit(body, "max_tokens") ?? 16,
        Stops = [.. body.Member("stop").Strings()],
    };
}
