using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>
/// <c>GET …/realtime?model=</c>, a WebSocket that talks in text: items in, a response out.
/// https://platform.openai.com/docs/api-reference/realtime-server-events
/// </summary>
internal sealed class Realtime(Call call, WebSocket socket, string model)
{
    private const int MaxMessage = 1 << 20;
    private readonly PromptText _text = new();

    public static async Task HandleAsync(Call call)
    {
        var model = call.Context.Request.Query["model"].FirstOrDefault() ?? throw Refusal.Missing("model");
        await call.BeginAsync(model);
        if (!call.Context.WebSockets.IsWebSocketRequest) throw new Refusal(400, "This endpoint takes WebSocket connections only.");
        // A client that offers the protocol "realtime" expects it to be chosen.
        var protocol = call.Context.WebSockets.WebSocketRequestedProtocols.Contains("realtime") ? "realtime" : null;
        using var socket = await call.Context.WebSockets.AcceptWebSocketAsync(protocol);
        try
        {
            await new Realtime(call, socket, model).RunAsync();
        }
        catch (WebSocketException)
        {
            // The caller has gone without a word.
        }
    }

    private async Task RunAsync()
    {
        await EventAsync("session.created", new JsonObject { ["session"] = Session() });
        while (await ReceiveAsync() is { } message)
        {
            JsonNode? asked = null;
            try
            {
                asked = JsonNode.Parse(message);
                await AnswerAsync(asked);
            }
            catch (JsonException)
            {
                await ErrorAsync(new Refusal(400, "The event is not valid JSON."), null);
            }
            catch (Refusal refusal)
            {
                await ErrorAsync(refusal, asked.Text("event_id"));
            }
        }
    }

    private async Task AnswerAsync(JsonNode? asked)
    {
        switch (asked.Text("type"))
        {
            case "session.update":
                await EventAsync("session.updated", new JsonObject { ["session"] = Session() });
                break;
            case "conversation.item.create":
                var item = (JsonObject?)asked.Object("item")?.DeepClone() ?? throw Refusal.Missing("item");
                if (item.Text("id") is null) item["id"] = call.Simulator.Ids.Next("item_", 21);
                _text.Say(item.Text("role") ?? "user", string.Concat((item.List("content") ?? []).Select(static p => p.Text("text"))));
                await EventAsync("conversation.item.created", new JsonObject { ["previous_item_id"] = null, ["item"] = item });
                break;
            case "response.create":
                await RespondAsync();
                break;
            case "input_audio_buffer.append" or "input_audio_buffer.clear" or "response.cancel":
                break;
            case var type:
                throw new Refusal(400, $"Invalid value: '{type}'.", "type", "invalid_value");
        }
    }

    private async Task RespondAsync()
    {
        var prompt = new Prompt { Model = model, AllText = _text.All, Tokens = _text.Tokens, LastUserText = _text.LastUserText };
        var answer = Author.Write(prompt, 0, call.Faults.NeedsTokens);
        var (id, item) = (call.Simulator.Ids.Next("resp_", 21), call.Simulator.Ids.Next("item_", 21));
        var pace = new Pace(call);
        await EventAsync("response.created", new JsonObject { ["response"] = Response(id, "in_progress", []) });
        await EventAsync("response.output_item.added", new JsonObject { ["response_id"] = id, ["output_index"] = 0, ["item"] = Item(item, "in_progress", []) });
        await EventAsync("response.content_part.added", Part(id, item, "part", new JsonObject { ["type"] = "output_text", ["text"] = "" }));
        foreach (var piece in answer.Pieces)
        {
            await pace.TokenAsync();
            await EventAsync("response.output_text.delta", Part(id, item, "delta", piece));
        }

        await pace.EndAsync();
        await EventAsync("response.output_text.done", Part(id, item, "text", answer.Text));
        var content = new JsonObject { ["type"] = "output_text", ["text"] = answer.Text };
        await EventAsync("response.content_part.done", Part(id, item, "part", content.DeepClone()));
        var done = Item(item, "completed", [content]);
        await EventAsync("response.output_item.done", new JsonObject { ["response_id"] = id, ["output_index"] = 0, ["item"] = done.DeepClone() });
        var response = Response(id, "completed", [done]);
        response["usage"] = new JsonObject { ["total_tokens"] = prompt.Tokens + answer.Tokens, ["input_tokens"] = prompt.Tokens, ["output_tokens"] = answer.Tokens };
        await EventAsync("response.done", new JsonObject { ["response"] = response });
        _text.Say("assistant", answer.Text);
    }

    private ValueTask ErrorAsync(Refusal refusal, string? eventId)
    {
        var error = ErrorBodies.OpenAI(refusal);
        error["event_id"] = eventId;
        return EventAsync("error", new JsonObject { ["error"] = error });
    }

    private async ValueTask EventAsync(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        data.Insert(1, "event_id", call.Simulator.Ids.Next("event_", 21));
        await socket.SendAsync(JsonText.Bytes(data).AsMemory(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, call.Aborted);
    }

    private async Task<byte[]?> ReceiveAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.GetMemory(4096), call.Aborted);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, call.Aborted);
                return null;
            }

            buffer.Advance(got.Count);
            if (got.EndOfMessage) return buffer.WrittenSpan.ToArray();
            if (buffer.WrittenCount > MaxMessage)
            {
                await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, null, call.Aborted);
                return null;
            }
        }
    }

    private JsonObject Session() => new()
    {
        ["id"] = "sess_" + call.RequestId,
        ["object"] = "realtime.session",
        ["type"] = "realtime",
        ["model"] = model,
        ["output_modalities"] = new JsonArray("text"),
    };

    private static JsonObject Response(string id, string status, JsonArray output) => new()
    {
        ["id"] = id,
        ["object"] = "realtime.response",
        ["status"] = status,
        ["status_details"] = null,
        ["output"] = output,
        ["usage"] = null,
    };

    private static JsonObject Item(string id, string status, JsonArray content) => new()
    {
        ["id"] = id,
        ["object"] = "realtime.item",
        ["type"] = "message",
        ["status"] = status,
        ["role"] = "assistant",
        ["content"] = content,
    };

    private static JsonObject Part(string response, string item, string name, JsonNode value) =>
        new() { ["response_id"] = response, ["item_id"] = item, ["output_index"] = 0, ["content_index"] = 0, [name] = value };
}
