using System.Text;
using System.Text.Json.Nodes;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Translation;

/// <summary>A piece of what a model says: a thought with its signature, a text, or a call.</summary>
internal sealed record Said(string Kind, string Text, string? Token = null, string? Id = null, string? Name = null)
{
    public static Said Thought(string text, string token) => new("thought", text, token);

    public static Said Words(string text) => new("text", text);

    public static Said Call(string id, string name, string arguments) => new("call", arguments, null, id, name);
}

/// <summary>Says the same in the words of each provider, whole and streamed.</summary>
internal static class Speaker
{
    public static byte[] Whole(Cell cell, Said[] said) => Encoding.UTF8.GetBytes((cell.Dialect switch
    {
        "openai.chat" => Chat(said),
        "openai.responses" => Response(said, "completed"),
        "anthropic.messages" => Message(said),
        "bedrock.converse" => new JsonObject { ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = List(said, ConverseBlock) } }, ["stopReason"] = Calls(said) ? "tool_use" : "end_turn", ["usage"] = new JsonObject { ["inputTokens"] = 1, ["outputTokens"] = 1, ["totalTokens"] = 2 } },
        _ => Candidate(said, isLast: true),
    }).ToJsonString());

    public static byte[] Stream(Cell cell, Said[] said) => [.. (cell.Dialect switch
    {
        "openai.chat" => ChatChunks(said).Select(c => Sse(null, c)).Append("data: [DONE]\n\n"u8.ToArray()),
        "openai.responses" => ResponseEvents(said).Select(e => Sse(e["type"]!.GetValue<string>(), e)),
        "anthropic.messages" => MessageEvents(said).Select(e => cell.IsAws ? EventStreamMessage.Chunk(e.ToJsonString()) : Sse(e["type"]!.GetValue<string>(), e)),
        "bedrock.converse" => ConverseEvents(said),
        _ => said.Select((part, i) => Sse(null, Candidate([part], i == said.Length - 1, SignatureAt(said, i)))),
    }).SelectMany(f => f)];

    private static bool Calls(Said[] said) => said.Any(s => s.Kind == "call");

    private static JsonArray List(IEnumerable<Said> said, Func<Said, JsonObject> write) => [.. said.Select(write)];

    private static byte[] Sse(string? name, JsonObject data) => Encoding.UTF8.GetBytes((name is null ? "" : $"event: {name}\n") + $"data: {data.ToJsonString()}\n\n");

    /// <summary>Gemini's signature stands on the first call of a turn, or on what there is.</summary>
    private static string? SignatureAt(Said[] said, int at)
    {
        var call = Array.FindIndex(said, s => s.Kind == "call");
        return at == call ? said.FirstOrDefault(s => s.Token is not null)?.Token : null;
    }

    private static JsonObject Function(Said call) => new() { ["name"] = call.Name, ["arguments"] = call.Text };

    private static JsonObject Chat(Said[] said)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = said.FirstOrDefault(s => s.Kind == "text")?.Text, ["reasoning_content"] = said.FirstOrDefault(s => s.Kind == "thought")?.Text };
        if (Calls(said)) message["tool_calls"] = List(said.Where(s => s.Kind == "call"), s => new JsonObject { ["id"] = s.Id, ["type"] = "function", ["function"] = Function(s) });
        return new JsonObject { ["id"] = "c1", ["object"] = "chat.completion", ["created"] = 1, ["model"] = "m", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = Calls(said) ? "tool_calls" : "stop" }) };
    }

    private static IEnumerable<JsonObject> ChatChunks(Said[] said)
    {
        var calls = 0;
        foreach (var part in said)
        {
            yield return Chunk(part.Kind switch
            {
                "thought" => new JsonObject { ["reasoning_content"] = part.Text },
                "text" => new JsonObject { ["content"] = part.Text },
                _ => new JsonObject { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = calls++, ["id"] = part.Id, ["type"] = "function", ["function"] = Function(part) }) },
            }, null);
        }

        yield return Chunk([], Calls(said) ? "tool_calls" : "stop");

        static JsonObject Chunk(JsonObject delta, string? finish) => new() { ["id"] = "c1", ["object"] = "chat.completion.chunk", ["created"] = 1, ["model"] = "m", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }) };
    }

    private static JsonObject Response(Said[] said, string status) => new()
    {
        ["id"] = "resp_1", ["object"] = "response", ["created_at"] = 1, ["status"] = status, ["model"] = "m", ["output"] = List(said, Item),
        ["usage"] = new JsonObject { ["input_tokens"] = 1, ["output_tokens"] = 1, ["total_tokens"] = 2 },
    };

    private static JsonObject Item(Said part) => part.Kind switch
    {
        "thought" => new JsonObject { ["id"] = "rs_1", ["type"] = "reasoning", ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = part.Text }), ["encrypted_content"] = part.Token },
        "text" => new JsonObject { ["id"] = "msg_1", ["type"] = "message", ["role"] = "assistant", ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = part.Text, ["annotations"] = new JsonArray() }) },
        _ => new JsonObject { ["id"] = "fc_" + part.Id, ["type"] = "function_call", ["call_id"] = part.Id, ["name"] = part.Name, ["arguments"] = part.Text },
    };

    private static IEnumerable<JsonObject> ResponseEvents(Said[] said)
    {
        yield return new JsonObject { ["type"] = "response.created", ["response"] = Response([], "in_progress") };
        for (var i = 0; i < said.Length; i++)
        {
            yield return new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = i, ["item"] = Item(said[i] with { Text = "", Token = null }) };
            foreach (var piece in (string[])[said[i].Text[..1], said[i].Text[1..]])
            {
                yield return new JsonObject { ["type"] = said[i].Kind switch { "thought" => "response.reasoning_summary_text.delta", "text" => "response.output_text.delta", _ => "response.function_call_arguments.delta" }, ["output_index"] = i, ["summary_index"] = 0, ["content_index"] = 0, ["delta"] = piece };
            }

            yield return new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = i, ["item"] = Item(said[i]) };
        }

        yield return new JsonObject { ["type"] = "response.completed", ["response"] = Response(said, "completed") };
    }

    private static JsonObject Message(Said[] said) => new()
    {
        ["id"] = "msg_1", ["type"] = "message", ["role"] = "assistant", ["model"] = "m", ["content"] = List(said, Block), ["stop_reason"] = Calls(said) ? "tool_use" : "end_turn",
        ["stop_sequence"] = null, ["usage"] = new JsonObject { ["input_tokens"] = 1, ["output_tokens"] = 1 },
    };

    private static JsonObject Block(Said part) => part.Kind switch
    {
        "thought" => new JsonObject { ["type"] = "thinking", ["thinking"] = part.Text, ["signature"] = part.Token },
        "text" => new JsonObject { ["type"] = "text", ["text"] = part.Text },
        _ => new JsonObject { ["type"] = "tool_use", ["id"] = part.Id, ["name"] = part.Name, ["input"] = JsonNode.Parse(part.Text) },
    };

    private static IEnumerable<JsonObject> MessageEvents(Said[] said)
    {
        var head = Message([]);
        head["stop_reason"] = null;
        yield return new JsonObject { ["type"] = "message_start", ["message"] = head };
        for (var i = 0; i < said.Length; i++)
        {
            yield return new JsonObject { ["type"] = "content_block_start", ["index"] = i, ["content_block"] = Block(said[i] with { Text = said[i].Kind == "call" ? "{}" : "", Token = "" }) };
            yield return Delta(i, said[i].Kind switch { "thought" => ("thinking_delta", "thinking"), "text" => ("text_delta", "text"), _ => ("input_json_delta", "partial_json") }, said[i].Text);
            if (said[i].Token is { } token) yield return Delta(i, ("signature_delta", "signature"), token);
            yield return new JsonObject { ["type"] = "content_block_stop", ["index"] = i };
        }

        yield return new JsonObject { ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = Calls(said) ? "tool_use" : "end_turn", ["stop_sequence"] = null }, ["usage"] = new JsonObject { ["output_tokens"] = 1 } };
        yield return new JsonObject { ["type"] = "message_stop" };

        static JsonObject Delta(int index, (string Type, string Member) kind, string text) =>
            new() { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = new JsonObject { ["type"] = kind.Type, [kind.Member] = text } };
    }

    private static JsonObject ConverseBlock(Said part) => part.Kind switch
    {
        "thought" => new JsonObject { ["reasoningContent"] = new JsonObject { ["reasoningText"] = new JsonObject { ["text"] = part.Text, ["signature"] = part.Token } } },
        "text" => new JsonObject { ["text"] = part.Text },
        _ => new JsonObject { ["toolUse"] = new JsonObject { ["toolUseId"] = part.Id, ["name"] = part.Name, ["input"] = JsonNode.Parse(part.Text) } },
    };

    private static IEnumerable<byte[]> ConverseEvents(Said[] said)
    {
        yield return EventStreamMessage.Event("messageStart", """{"role":"assistant"}""");
        for (var i = 0; i < said.Length; i++)
        {
            if (said[i].Kind == "call") yield return Event("contentBlockStart", i, "start", new JsonObject { ["toolUse"] = new JsonObject { ["toolUseId"] = said[i].Id, ["name"] = said[i].Name } });
            yield return Event("contentBlockDelta", i, "delta", said[i].Kind switch
            {
                "thought" => new JsonObject { ["reasoningContent"] = new JsonObject { ["text"] = said[i].Text } },
                "text" => new JsonObject { ["text"] = said[i].Text },
                _ => new JsonObject { ["toolUse"] = new JsonObject { ["input"] = said[i].Text } },
            });
            if (said[i].Token is { } token) yield return Event("contentBlockDelta", i, "delta", new JsonObject { ["reasoningContent"] = new JsonObject { ["signature"] = token } });
            yield return EventStreamMessage.Event("contentBlockStop", $$"""{"contentBlockIndex":{{i}}}""");
        }

        yield return EventStreamMessage.Event("messageStop", Calls(said) ? """{"stopReason":"tool_use"}""" : """{"stopReason":"end_turn"}""");
        yield return EventStreamMessage.Event("metadata", """{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}""");

        static byte[] Event(string type, int index, string member, JsonObject value) =>
            EventStreamMessage.Event(type, new JsonObject { ["contentBlockIndex"] = index, [member] = value }.ToJsonString());
    }

    private static JsonObject Candidate(Said[] said, bool isLast, string? signature = null)
    {
        var parts = new JsonArray();
        for (var i = 0; i < said.Length; i++)
        {
            JsonObject part = said[i].Kind switch
            {
                "thought" => new JsonObject { ["text"] = said[i].Text, ["thought"] = true },
                "text" => new JsonObject { ["text"] = said[i].Text },
                _ => new JsonObject { ["functionCall"] = new JsonObject { ["name"] = said[i].Name, ["args"] = JsonNode.Parse(said[i].Text) } },
            };
            if ((signature ?? SignatureAt(said, i)) is { } token) part["thoughtSignature"] = token;
            parts.Add(part);
        }

        var candidate = new JsonObject { ["content"] = new JsonObject { ["role"] = "model", ["parts"] = parts }, ["index"] = 0 };
        if (isLast) candidate["finishReason"] = "STOP";
        return new JsonObject { ["candidates"] = new JsonArray(candidate), ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 1, ["candidatesTokenCount"] = 1, ["totalTokenCount"] = 2 } };
    }
}
