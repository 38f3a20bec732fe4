using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>
/// The events of a streamed response: named, numbered, and without <c>[DONE]</c>.
/// https://platform.openai.com/docs/api-reference/responses-streaming
/// </summary>
internal sealed class ResponsesStream(SseStream sse)
{
    private int _sequence;

    public static async Task SendAsync(Call call, ResponseWriter writer, JsonObject whole, Answer answer, List<JsonObject> output)
    {
        var stream = new ResponsesStream(await SseStream.StartAsync(call));
        call.OnBrokenStream = stream.BreakAsync;
        await stream.EventAsync("response.created", new JsonObject { ["response"] = writer.Begun("in_progress") });
        await stream.EventAsync("response.in_progress", new JsonObject { ["response"] = writer.Begun("in_progress") });
        var calls = 0;
        for (var i = 0; i < output.Count; i++)
        {
            await (output[i].Text("type") switch
            {
                "reasoning" => stream.ReasoningAsync(i, output[i], answer.Thinking),
                "function_call" => stream.CallAsync(i, output[i], answer.Calls[calls++]),
                _ => stream.MessageAsync(i, output[i], answer.Pieces),
            });
        }

        await stream.EndAsync();
        await stream.EventAsync("response." + whole.Text("status"), new JsonObject { ["response"] = whole.DeepClone() });
    }

    private ValueTask EndAsync() => sse.Pace.EndAsync();

    private ValueTask BreakAsync(Refusal refusal) => EventAsync("error", new JsonObject
    {
        ["code"] = "server_error",
        ["message"] = refusal.Message,
        ["param"] = null,
    });

    private async Task MessageAsync(int index, JsonObject item, ImmutableArray<string> pieces)
    {
        await ItemAsync("response.output_item.added", index, Opened(item, "content"));
        await PartAsync("response.content_part.added", index, item, ResponseWriter.Part(""));
        foreach (var piece in pieces)
        {
            await sse.Pace.TokenAsync();
            await EventAsync("response.output_text.delta", InPart(index, item, "delta", piece));
        }

        var text = string.Concat(pieces);
        await EventAsync("response.output_text.done", InPart(index, item, "text", text));
        await PartAsync("response.content_part.done", index, item, ResponseWriter.Part(text));
        await ItemAsync("response.output_item.done", index, item);
    }

    private async Task CallAsync(int index, JsonObject item, ToolCall call)
    {
        await ItemAsync("response.output_item.added", index, Opened(item, "arguments"));
        foreach (var piece in call.ArgumentPieces)
        {
            await sse.Pace.TokenAsync();
            await EventAsync("response.function_call_arguments.delta", InItem(index, item, "delta", piece));
        }

        await EventAsync("response.function_call_arguments.done", InItem(index, item, "arguments", call.Arguments));
        await ItemAsync("response.output_item.done", index, item);
    }

    private async Task ReasoningAsync(int index, JsonObject item, ImmutableArray<string> thoughts)
    {
        var shown = item.List("summary") is { Count: > 0 };
        await ItemAsync("response.output_item.added", index, Opened(item, "summary"));
        if (shown) await EventAsync("response.reasoning_summary_part.added", Summary(index, item, "part", new JsonObject { ["type"] = "summary_text", ["text"] = "" }));
        foreach (var thought in thoughts)
        {
            await sse.Pace.TokenAsync();
            if (shown) await EventAsync("response.reasoning_summary_text.delta", Summary(index, item, "delta", thought));
        }

        if (shown)
        {
            await EventAsync("response.reasoning_summary_text.done", Summary(index, item, "text", string.Concat(thoughts)));
            await EventAsync("response.reasoning_summary_part.done", Summary(index, item, "part", item.List("summary")![0]!.DeepClone()));
        }

        await ItemAsync("response.output_item.done", index, item);
    }

    private ValueTask ItemAsync(string type, int index, JsonObject item) =>
        EventAsync(type, new JsonObject { ["output_index"] = index, ["item"] = item.DeepClone() });

    private ValueTask PartAsync(string type, int index, JsonObject item, JsonObject part) => EventAsync(type, InPart(index, item, "part", part));

    private async ValueTask EventAsync(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        data.Insert(1, "sequence_number", _sequence++);
        await sse.SendAsync(type, data);
    }

    private static JsonObject InItem(int index, JsonObject item, string name, JsonNode value) =>
        new() { ["item_id"] = item.Text("id"), ["output_index"] = index, [name] = value };

    private static JsonObject InPart(int index, JsonObject item, string name, JsonNode value)
    {
        var data = InItem(index, item, name, value);
        data.Insert(2, "content_index", 0);
        if (name is "delta" or "text") data["logprobs"] = new JsonArray();
        return data;
    }

    private static JsonObject Summary(int index, JsonObject item, string name, JsonNode value)
    {
        var data = InItem(index, item, name, value);
        data.Insert(2, "summary_index", 0);
        return data;
    }

    /// <summary>The item as it is before its content has come.</summary>
    private static JsonObject Opened(JsonObject item, string content)
    {
        var opened = (JsonObject)item.DeepClone();
        if (opened.ContainsKey("status")) opened["status"] = "in_progress";
        opened[content] = content == "arguments" ? "" : new JsonArray();
        return opened;
    }
}
