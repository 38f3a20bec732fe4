using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>
/// <c>POST …/chat/completions</c>, and Azure's variant of it.
/// https://platform.openai.com/docs/api-reference/chat/object · https://platform.openai.com/docs/api-reference/chat-streaming
/// </summary>
internal static class ChatCompletions
{
    private const string Fingerprint = "fp_simulator";

    public static async Task HandleAsync(Call call, string? deployment)
    {
        var body = await call.ReadAsync();
        var model = deployment ?? body.Text("model") ?? throw Refusal.Missing("model");
        var stream = body.Flag("stream");
        await call.BeginAsync(model, stream ? "text/event-stream" : "application/json");
        var prompt = ChatPrompt.Read(body, model);
        var choices = Math.Clamp(body.Int("n") ?? 1, 1, 128);
        var answers = Enumerable.Range(0, choices).Select(i => Author.Write(prompt, i, call.Faults.NeedsTokens)).ToList();
        var id = call.Simulator.Ids.Next("chatcmpl-", 29);
        var chat = new ChatWriter(call, body, model, id, deployment is not null);
        if (stream) await StreamAsync(call, chat, prompt, answers);
        else await call.SendAsync(Whole(chat, prompt, answers), answers.Sum(static a => a.Tokens));
    }

    private static JsonObject Whole(ChatWriter chat, Prompt prompt, List<Answer> answers)
    {
        var whole = chat.Head("chat.completion");
        whole["choices"] = new JsonArray([.. answers.Select(chat.Choice)]);
        whole["usage"] = OpenAiUsage.Chat(prompt, answers);
        whole["service_tier"] = "default";
        whole["system_fingerprint"] = Fingerprint;
        if (chat.Azure) whole["prompt_filter_results"] = ContentFilter.PromptResults();
        return whole;
    }

    private static async Task StreamAsync(Call call, ChatWriter chat, Prompt prompt, List<Answer> answers)
    {
        var sse = await SseStream.StartAsync(call);
        call.OnBrokenStream = refusal => sse.SendAsync(new JsonObject { ["error"] = ErrorBodies.OpenAI(refusal) });
        if (chat.Azure) await sse.SendAsync(ContentFilter.LeadingChunk());
        for (var i = 0; i < answers.Count; i++) await ChoiceAsync(sse, chat, i, answers[i]);
        if (chat.IncludesUsage)
        {
            var last = chat.Head("chat.completion.chunk");
            last["service_tier"] = "default";
            last["system_fingerprint"] = Fingerprint;
            last["choices"] = new JsonArray();
            last["usage"] = OpenAiUsage.Chat(prompt, answers);
            await sse.SendAsync(last);
        }

        await sse.DoneAsync();
    }

    private static async Task ChoiceAsync(SseStream sse, ChatWriter chat, int index, Answer answer)
    {
        var first = new JsonObject { ["role"] = "assistant", ["content"] = answer.Calls.IsEmpty ? "" : null };
        if (answer.Calls.IsEmpty) first["refusal"] = null;
        await sse.SendAsync(chat.Chunk(index, first));
        foreach (var thought in answer.Thinking)
        {
            await sse.Pace.TokenAsync();
            if (chat.ShowsReasoning) await sse.SendAsync(chat.Chunk(index, new JsonObject { ["reasoning_content"] = thought }));
        }

        foreach (var piece in answer.Pieces)
        {
            await sse.Pace.TokenAsync();
            await sse.SendAsync(chat.Chunk(index, new JsonObject { ["content"] = piece }, chat.LogProbs([piece])));
        }

        for (var i = 0; i < answer.Calls.Length; i++) await CallAsync(sse, chat, index, i, answer.Calls[i]);
        await sse.Pace.EndAsync();
        await sse.SendAsync(chat.Chunk(index, [], finish: OpenAiUsage.FinishReason(answer)));
    }

    private static async Task CallAsync(SseStream sse, ChatWriter chat, int choice, int index, ToolCall tool)
    {
        await sse.Pace.TokenAsync();
        var start = chat.ToolCall(tool, withArguments: false);
        start.Insert(0, "index", index);
        await sse.SendAsync(chat.Chunk(choice, Delta(start)));
        foreach (var piece in tool.ArgumentPieces)
        {
            await sse.Pace.TokenAsync();
            await sse.SendAsync(chat.Chunk(choice, Delta(new JsonObject { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = piece } })));
        }
    }

    private static JsonObject Delta(JsonObject call) => new() { ["tool_calls"] = new JsonArray(call) };
}
