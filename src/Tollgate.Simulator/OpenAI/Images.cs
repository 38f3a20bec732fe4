using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary><c>POST …/images/generations|edits|variations</c>: https://platform.openai.com/docs/api-reference/images</summary>
internal static class Images
{
    private const int TokensOfImage = 272;

    public static async Task HandleAsync(Call call, string action, string? deployment)
    {
        var asked = call.Context.Request.HasFormContentType ? await FormAsync(call) : await call.ReadAsync();
        var model = deployment ?? asked.Text("model") ?? "gpt-image-1";
        var stream = asked.Flag("stream") || asked.Text("stream") == "true";
        await call.BeginAsync(model, stream ? "text/event-stream" : "application/json");
        var prompt = asked.Text("prompt") ?? (action == "variations" ? "variation" : throw Refusal.Missing("prompt"));
        var count = Math.Clamp(Count(asked), 1, 10);
        if (stream) await StreamAsync(call, asked, action, prompt, count);
        else await call.SendAsync(Whole(call, asked, prompt, count));
    }

    private static JsonObject Whole(Call call, JsonObject asked, string prompt, int count)
    {
        var whole = new JsonObject { ["created"] = call.Now };
        whole["data"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject
        {
            ["b64_json"] = Convert.ToBase64String(Media.Png(prompt, i)),
        })]);
        Describe(whole, asked);
        whole["usage"] = Usage(prompt, count);
        return whole;
    }

    private static async Task StreamAsync(Call call, JsonObject asked, string action, string prompt, int count)
    {
        var sse = await SseStream.StartAsync(call);
        call.OnBrokenStream = refusal => sse.SendAsync("error", new JsonObject { ["type"] = "error", ["error"] = ErrorBodies.OpenAI(refusal) });
        var prefix = action == "edits" ? "image_edit" : "image_generation";
        for (var i = 0; i < Math.Clamp(asked.Int("partial_images") ?? 0, 0, 3); i++)
        {
            await sse.Pace.TokenAsync();
            await EventAsync($"{prefix}.partial_image", i, "partial_image_index", i);
        }

        await sse.Pace.EndAsync();
        await EventAsync($"{prefix}.completed", 0, "usage", Usage(prompt, count));

        ValueTask EventAsync(string type, int number, string name, JsonNode value)
        {
            var data = new JsonObject { ["type"] = type, ["b64_json"] = Convert.ToBase64String(Media.Png(prompt, number)), ["created_at"] = call.Now };
            Describe(data, asked);
            data[name] = value;
            return sse.SendAsync(type, data);
        }
    }

    private static void Describe(JsonObject owner, JsonObject asked)
    {
        owner["background"] = "opaque";
        owner["output_format"] = "png";
        owner["quality"] = asked.Text("quality") is { } quality and not "auto" ? quality : "low";
        owner["size"] = asked.Text("size") is { } size and not "auto" ? size : "1024x1024";
    }

    private static JsonObject Usage(string prompt, int count)
    {
        var text = TokenText.Count(prompt);
        return new JsonObject
        {
            ["input_tokens"] = text,
            ["input_tokens_details"] = new JsonObject { ["image_tokens"] = 0, ["text_tokens"] = text },
            ["output_tokens"] = count * TokensOfImage,
            ["total_tokens"] = text + (count * TokensOfImage),
        };
    }

    private static int Count(JsonObject asked) =>
        asked.Int("n") ?? (int.TryParse(asked.Text("n"), System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : 1);

    private static async Task<JsonObject> FormAsync(Call call)
    {
        var form = await call.FormAsync();
        if (form.Files.Count == 0) throw Refusal.Missing("image");
        var asked = new JsonObject();
        foreach (var (name, value) in form) asked[name] = value.ToString();
        return asked;
    }
}
