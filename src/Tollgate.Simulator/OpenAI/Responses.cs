using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary><c>POST …/responses</c> and what can be done with a stored response. https://platform.openai.com/docs/api-reference/responses</summary>
internal static class Responses
{
    private const string Kind = "responses";

    public static async Task CreateAsync(Call call)
    {
        var body = await call.ReadAsync();
        var model = body.Text("model") ?? throw Refusal.Missing("model");
        var stream = body.Flag("stream");
        await call.BeginAsync(model, stream ? "text/event-stream" : "application/json");
        if (body.Member("input") is null && body.Member("prompt") is null) throw Refusal.Missing("input");
        var earlier = Earlier(call, body.Text("previous_response_id"));
        ResponsesRules.Check(body, [.. earlier, .. Known(call, body)]);
        var prompt = ResponsesPrompt.Read(body, model, earlier);
        var answer = Author.Write(prompt, 0, call.Faults.NeedsTokens);
        var writer = new ResponseWriter(call, body, model);
        var output = writer.Output(answer);
        var whole = writer.Whole(prompt, answer, output);
        // Kept first: a client may ask for it as soon as it has read its last byte.
        if (body.Flag("store", true)) Keep(call, whole, earlier, body);
        if (stream) await ResponsesStream.SendAsync(call, writer, whole, answer, output);
        else await call.SendAsync(whole, answer.Tokens);
    }

    public static async Task CountAsync(Call call)
    {
        var body = await call.ReadAsync();
        await call.BeginAsync(body.Text("model") ?? "");
        var prompt = ResponsesPrompt.Read(body, body.Text("model") ?? "", Earlier(call, body.Text("previous_response_id")));
        await call.SendAsync(new JsonObject { ["object"] = "response.input_tokens", ["input_tokens"] = prompt.Tokens });
    }

    public static async Task StoredAsync(Call call, string id, string? action)
    {
        await call.BeginAsync();
        var stored = Find(call, id);
        switch (call.Context.Request.Method, action)
        {
            case ("GET", null):
                await call.SendAsync(stored.Shown);
                break;
            case ("GET", "input_items"):
                await call.SendAsync(List(stored.Hidden!.AsArray()));
                break;
            case ("DELETE", null):
                call.Simulator.Store(Kind).Remove(id);
                await call.SendAsync(new JsonObject { ["id"] = id, ["object"] = "response", ["deleted"] = true });
                break;
            case ("POST", "cancel") when stored.Shown.Flag("background"):
                await call.SendAsync(stored.Shown);
                break;
            case ("POST", "cancel"):
                throw new Refusal(400, "Cannot cancel a synchronous response.");
            default:
                throw new Refusal(405, "Method not allowed.");
        }
    }

    private static StoredObject Find(Call call, string id) =>
        call.Simulator.Store(Kind).Find(id) ?? throw new Refusal(404, $"Response with id '{id}' not found.");

    private static JsonObject List(JsonArray items)
    {
        var newestFirst = new JsonArray([.. items.Reverse().Select(static i => i?.DeepClone())]);
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = newestFirst,
            ["first_id"] = newestFirst.FirstOrDefault().Text("id"),
            ["last_id"] = newestFirst.LastOrDefault().Text("id"),
            ["has_more"] = false,
        };
    }

    private static JsonArray Earlier(Call call, string? previous)
    {
        if (previous is null) return [];
        var stored = call.Simulator.Store(Kind).Find(previous)
            ?? throw new Refusal(400, $"Previous response with id '{previous}' not found.", "previous_response_id", "previous_response_not_found");
        return new JsonArray([.. stored.Hidden!.AsArray().Concat(stored.Shown.List("output")!).Select(static i => i?.DeepClone())]);
    }

    /// <summary>The input, with what it only names in its place.</summary>
    private static IEnumerable<JsonNode?> Known(Call call, JsonObject body)
    {
        foreach (var item in ResponsesPrompt.Items(body))
        {
            yield return item.Text("type") == "item_reference" && item.Text("id") is { } id ? Kept(call, id) ?? item : item;
        }
    }

    private static JsonNode? Kept(Call call, string id) => call.Simulator.Store(Kind).All()
        .SelectMany(static stored => stored.Hidden!.AsArray().Concat(stored.Shown.List("output")!)).FirstOrDefault(item => item.Text("id") == id);

    private static void Keep(Call call, JsonObject whole, JsonArray earlier, JsonObject body)
    {
        var items = new JsonArray([.. earlier.Select(static i => i?.DeepClone())]);
        foreach (var item in ResponsesPrompt.Items(body).Select(static i => i!.DeepClone()))
        {
            if (item is JsonObject named && named.Text("id") is null) named["id"] = call.Simulator.Ids.Next("msg_", 32);
            items.Add(item);
        }

        call.Simulator.Store(Kind).Put(new StoredObject(whole.Text("id")!, whole, [], items));
    }
}
