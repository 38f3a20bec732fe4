using System.Text;
using System.Text.Json.Nodes;

namespace Tollgate.Tests.Translation;

/// <summary>A client in a conversation: it sends back what it was told, unread, with the results of the calls in it.</summary>
internal abstract class Listener
{
    public abstract string Path { get; }

    /// <summary>What was said so far, in the client's dialect.</summary>
    protected JsonArray History { get; } = [];

    public static Listener On(string path) => path switch
    {
        Cell.OpenAI => new ChatListener(),
        Cell.Responses => new ResponsesListener(),
        _ => new MessagesListener(),
    };

    /// <summary>The next request.</summary>
    public abstract string Ask(bool stream);

    /// <summary>Takes an answer, and answers its calls.</summary>
    /// <returns>Texts and ids of calls, in order.</returns>
    public abstract List<string> Hear(string body, bool stream);

    /// <summary>Data of the frames of a stream.</summary>
    protected static IEnumerable<JsonNode> Data(string body) => body.Split('\n')
        .Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => JsonNode.Parse(l["data: ".Length..])!);

    protected static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    protected const string Schema = """{"type":"object","properties":{"axles":{"type":"integer"}}}""";

    private sealed class ChatListener : Listener
    {
        public ChatListener() => History.Add(new JsonObject { ["role"] = "user", ["content"] = "pay" });

        public override string Path => Cell.OpenAI;

        public override string Ask(bool stream) => $$$"""
            {"model":"m","max_tokens":3000,"reasoning_effort":"low","stream":{{{(stream ? "true" : "false")}}},"messages":{{{History.ToJsonString()}}},
            "tools":[{"type":"function","function":{"name":"toll","parameters":{{{Schema}}} }},{"type":"function","function":{"name":"bell"}}]}
            """;

        public override List<string> Hear(string body, bool stream)
        {
            var message = stream ? Collected(body) : JsonNode.Parse(body)!["choices"]![0]!["message"]!.DeepClone().AsObject();
            History.Add(message);
            var heard = new List<string>();
            if (message["content"] is { } content && Text(content).Length > 0) heard.Add(Text(content));
            foreach (var call in message["tool_calls"]?.AsArray() ?? [])
            {
                heard.Add(Text(call!["id"]));
                History.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = Text(call["id"]), ["content"] = "result " + Text(call["id"]) });
            }

            return heard;
        }

        private static JsonObject Collected(string body)
        {
            var (content, thought) = ("", "");
            var (blocks, calls) = (new JsonArray(), new JsonArray());
            foreach (var delta in Data(body).SelectMany(c => c["choices"]!.AsArray()).Select(c => c!["delta"]!))
            {
                content += Text(delta["content"]);
                thought += Text(delta["reasoning_content"]);
                foreach (var block in delta["thinking_blocks"]?.AsArray() ?? []) blocks.Add(block!.DeepClone());
                foreach (var call in delta["tool_calls"]?.AsArray() ?? [])
                {
                    if (call!["index"]!.GetValue<int>() == calls.Count) calls.Add(call.DeepClone());
                    else calls[^1]!["function"]!["arguments"] = Text(calls[^1]!["function"]!["arguments"]) + Text(call["function"]!["arguments"]);
                }
            }

            var message = new JsonObject { ["role"] = "assistant", ["content"] = content, ["reasoning_content"] = thought };
            if (blocks.Count > 0) message["thinking_blocks"] = blocks;
            if (calls.Count > 0) message["tool_calls"] = calls;
            return message;
        }
    }

    private sealed class ResponsesListener : Listener
    {
        public ResponsesListener() => History.Add(new JsonObject { ["role"] = "user", ["content"] = "pay" });

        public override string Path => Cell.Responses;

        public override string Ask(bool stream) => $$$"""
            {"model":"m","max_output_tokens":3000,"reasoning":{"effort":"low","summary":"auto"},"store":false,"stream":{{{(stream ? "true" : "false")}}},"input":{{{History.ToJsonString()}}},
            "tools":[{"type":"function","name":"toll","parameters":{{{Schema}}}},{"type":"function","name":"bell"}]}
            """;

        public override List<string> Hear(string body, bool stream)
        {
            var items = stream
                ? Data(body).Where(e => Text(e["type"]) == "response.output_item.done").Select(e => e["item"]!)
                : JsonNode.Parse(body)!["output"]!.AsArray().Select(i => i!);
            var heard = new List<string>();
            var results = new List<JsonObject>();
            foreach (var item in items)
            {
                History.Add(item.DeepClone());
                if (Text(item["type"]) == "message") heard.AddRange(item["content"]!.AsArray().Select(p => Text(p!["text"])));
                if (Text(item["type"]) != "function_call") continue;
                heard.Add(Text(item["call_id"]));
                results.Add(new JsonObject { ["type"] = "function_call_output", ["call_id"] = Text(item["call_id"]), ["output"] = "result " + Text(item["call_id"]) });
            }

            foreach (var result in results) History.Add(result);
            return heard;
        }
    }

    private sealed class MessagesListener : Listener
    {
        public MessagesListener() => History.Add(new JsonObject { ["role"] = "user", ["content"] = "pay" });

        public override string Path => Cell.Anthropic;

        public override string Ask(bool stream) => $$$"""
            {"model":"m","max_tokens":3000,"thinking":{"type":"enabled","budget_tokens":1024},"stream":{{{(stream ? "true" : "false")}}},"messages":{{{History.ToJsonString()}}},
            "tools":[{"name":"toll","input_schema":{{{Schema}}} },{"name":"bell","input_schema":{"type":"object"}}]}
            """;

        public override List<string> Hear(string body, bool stream)
        {
            var content = stream ? Collected(body) : JsonNode.Parse(body)!["content"]!.DeepClone().AsArray();
            History.Add(new JsonObject { ["role"] = "assistant", ["content"] = content });
            var results = new JsonArray();
            var heard = new List<string>();
            foreach (var block in content)
            {
                if (Text(block!["type"]) == "text") heard.Add(Text(block["text"]));
                if (Text(block["type"]) != "tool_use") continue;
                heard.Add(Text(block["id"]));
                results.Add(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = Text(block["id"]), ["content"] = "result " + Text(block["id"]) });
            }

            if (results.Count > 0) History.Add(new JsonObject { ["role"] = "user", ["content"] = results });
            return heard;
        }

        private static JsonArray Collected(string body)
        {
            var blocks = new JsonArray();
            var input = new StringBuilder();
            foreach (var step in Data(body))
            {
                switch (Text(step["type"]))
                {
                    case "content_block_start":
                        blocks.Add(step["content_block"]!.DeepClone());
                        input.Clear();
                        break;
                    case "content_block_delta":
                        foreach (var member in (string[])["thinking", "signature", "text"])
                        {
                            if (step["delta"]![member] is { } more) blocks[^1]![member] = Text(blocks[^1]![member]) + Text(more);
                        }

                        input.Append(Text(step["delta"]!["partial_json"]));
                        break;
                    case "content_block_stop" when input.Length > 0:
                        blocks[^1]!["input"] = JsonNode.Parse(input.ToString());
                        break;
                }
            }

            return blocks;
        }
    }
}
