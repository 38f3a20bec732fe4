using System.Text.Json.Nodes;

namespace Tollgate.Conformance.Tests.Grid;

/// <summary>An answer as a client understands it.</summary>
internal sealed record GridAnswer(string Text, string Thought, IReadOnlyList<(string Name, string Arguments)> Calls, long Input, long Output, bool IsWhole, string? Error);

/// <summary>What a client asks, beside its question.</summary>
internal enum Asking { Plainly, WithTools, WithPicture, ForShape, ForThoughts }

/// <summary>Asks in one dialect, and reads answers in it.</summary>
internal abstract class GridClient
{
    public const string Question = "Is the bridge open today?";

    protected const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    protected const string Shape = """{"type":"object","properties":{"colour":{"type":"string","enum":["red","green"]}},"required":["colour"],"additionalProperties":false}""";
    protected const string Axles = """{"type":"object","properties":{"axles":{"type":"integer","minimum":2}},"required":["axles"]}""";
    protected const string Nothing = """{"type":"object","properties":{}}""";

    public static GridClient Of(string dialect) => dialect switch
    {
        "openai.chat" => new ChatGridClient(),
        "openai.responses" => new ResponsesGridClient(),
        "anthropic.messages" => new MessagesGridClient(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect)),
    };

    public abstract string Path { get; }

    public abstract string Ask(string model, Asking asking, bool stream);

    public GridAnswer Read(string body, bool stream) => stream ? ReadStream([.. Data(body)], body) : ReadWhole(JsonNode.Parse(body)!);

    protected abstract GridAnswer ReadWhole(JsonNode answer);

    protected abstract GridAnswer ReadStream(JsonNode[] steps, string body);

    protected static string Words(Asking asking) => asking == Asking.WithTools ? "toll_price and ring_bell" : Question;

    protected static string Flag(bool value) => value ? "true" : "false";

    protected static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    protected static long Number(JsonNode? node) => node?.GetValue<long>() ?? 0;

    /// <summary>The texts of a member, joined.</summary>
    protected static string Joined(IEnumerable<JsonNode?> nodes, string member) => string.Concat(nodes.Select(n => Text(n?[member])));

    private static IEnumerable<JsonNode> Data(string body) => body.Split('\n')
        .Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => JsonNode.Parse(l["data: ".Length..])!);
}

/// <summary>A client of chat completions.</summary>
internal sealed class ChatGridClient : GridClient
{
    public override string Path => "/v1/chat/completions";

    public override string Ask(string model, Asking asking, bool stream)
    {
        var picture = asking == Asking.WithPicture ? $$$""",{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Dot}}}"}}""" : "";
        var more = asking switch
        {
            Asking.WithTools => $$$""","tools":[{"type":"function","function":{"name":"toll_price","parameters":{{{Axles}}}}},{"type":"function","function":{"name":"ring_bell","parameters":{{{Nothing}}}}}]""",
            Asking.ForShape => $$$""","response_format":{"type":"json_schema","json_schema":{"name":"sign","strict":true,"schema":{{{Shape}}}}}""",
            Asking.ForThoughts => ""","reasoning_effort":"low","thinking":{"type":"enabled","budget_tokens":1024,"includeThoughts":true}""",
            _ => "",
        };
        return $$$"""{"model":"{{{model}}}","max_tokens":3000,"stream":{{{Flag(stream)}}},"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"{{{Words(asking)}}}"}{{{picture}}}]}]{{{more}}}}""";
    }

    protected override GridAnswer ReadWhole(JsonNode answer)
    {
        var message = answer["choices"]![0]!["message"]!;
        var calls = (message["tool_calls"]?.AsArray() ?? []).Select(c => (Text(c!["function"]!["name"]), Text(c["function"]!["arguments"])));
        return new(Text(message["content"]), Text(message["reasoning_content"]), [.. calls], Number(answer["usage"]!["prompt_tokens"]), Number(answer["usage"]!["completion_tokens"]), true, null);
    }

    protected override GridAnswer ReadStream(JsonNode[] steps, string body)
    {
        var deltas = steps.SelectMany(s => s["choices"]?.AsArray() ?? []).Select(c => c!["delta"]).ToArray();
        var pieces = deltas.SelectMany(d => d!["tool_calls"]?.AsArray() ?? []).GroupBy(c => Number(c!["index"]));
        var usage = steps.LastOrDefault(s => s["usage"] is not null)?["usage"];
        return new(
            Joined(deltas, "content"), Joined(deltas, "reasoning_content"),
            [.. pieces.Select(g => (Joined(g.Select(c => c!["function"]), "name"), Joined(g.Select(c => c!["function"]), "arguments")))],
            Number(usage?["prompt_tokens"]), Number(usage?["completion_tokens"]), body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal),
            steps.Select(s => s["error"]?["message"]).OfType<JsonNode>().Select(Text).FirstOrDefault());
    }
}

/// <summary>A client of responses.</summary>
internal sealed class ResponsesGridClient : GridClient
{
    public override string Path => "/v1/responses";

    public override string Ask(string model, Asking asking, bool stream)
    {
        var picture = asking == Asking.WithPicture ? $$$""",{"type":"input_image","image_url":"data:image/png;base64,{{{Dot}}}"}""" : "";
        var more = asking switch
        {
            Asking.WithTools => $$$""","tools":[{"type":"function","name":"toll_price","parameters":{{{Axles}}}},{"type":"function","name":"ring_bell","parameters":{{{Nothing}}}}]""",
            Asking.ForShape => $$$""","text":{"format":{"type":"json_schema","name":"sign","strict":true,"schema":{{{Shape}}}}}""",
            Asking.ForThoughts => ""","reasoning":{"effort":"low","summary":"auto"}""",
            _ => "",
        };
        return $$$"""{"model":"{{{model}}}","max_output_tokens":3000,"stream":{{{Flag(stream)}}},"instructions":"Be brief.","input":[{"role":"user","content":[{"type":"input_text","text":"{{{Words(asking)}}}"}{{{picture}}}]}]{{{more}}}}""";
    }

    protected override GridAnswer ReadWhole(JsonNode answer)
    {
        var items = answer["output"]!.AsArray();
        var said = items.Where(i => Text(i!["type"]) == "message").SelectMany(i => i!["content"]!.AsArray());
        var thought = items.Where(i => Text(i!["type"]) == "reasoning").SelectMany(i => i!["summary"]!.AsArray());
        var calls = items.Where(i => Text(i!["type"]) == "function_call").Select(i => (Text(i!["name"]), Text(i["arguments"])));
        return new(Joined(said, "text"), Joined(thought, "text"), [.. calls], Number(answer["usage"]!["input_tokens"]), Number(answer["usage"]!["output_tokens"]), Text(answer["status"]) == "completed", null);
    }

    protected override GridAnswer ReadStream(JsonNode[] steps, string body)
    {
        JsonNode[] Of(string type) => [.. steps.Where(s => Text(s["type"]) == "response." + type)];
        var calls = Of("output_item.done").Select(s => s["item"]!).Where(i => Text(i["type"]) == "function_call").Select(i => (Text(i["name"]), Text(i["arguments"])));
        var usage = Of("completed").LastOrDefault()?["response"]!["usage"];
        return new(
            Joined(Of("output_text.delta"), "delta"), Joined(Of("reasoning_summary_text.delta"), "delta"), [.. calls],
            Number(usage?["input_tokens"]), Number(usage?["output_tokens"]), Text(steps[^1]["type"]) == "response.completed",
            Of("failed").Select(s => Text(s["response"]!["error"]!["message"])).FirstOrDefault());
    }
}

/// <summary>A client of messages.</summary>
internal sealed class MessagesGridClient : GridClient
{
    public override string Path => "/v1/messages";

    public override string Ask(string model, Asking asking, bool stream)
    {
        var picture = asking == Asking.WithPicture ? $$$""",{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{Dot}}}"}}""" : "";
        var more = asking switch
        {
            Asking.WithTools => $$$""","tools":[{"name":"toll_price","input_schema":{{{Axles}}}},{"name":"ring_bell","input_schema":{{{Nothing}}}}]""",
            Asking.ForShape => $$$""","output_config":{"format":{"type":"json_schema","schema":{{{Shape}}}}}""",
            Asking.ForThoughts => ""","thinking":{"type":"enabled","budget_tokens":1024}""",
            _ => "",
        };
        return $$$"""{"model":"{{{model}}}","max_tokens":3000,"stream":{{{Flag(stream)}}},"system":"Be brief.","messages":[{"role":"user","content":[{"type":"text","text":"{{{Words(asking)}}}"}{{{picture}}}]}]{{{more}}}}""";
    }

    protected override GridAnswer ReadWhole(JsonNode answer)
    {
        var blocks = answer["content"]!.AsArray();
        var calls = blocks.Where(b => Text(b!["type"]) == "tool_use").Select(b => (Text(b!["name"]), b["input"]!.ToJsonString()));
        return new(Joined(blocks, "text"), Joined(blocks, "thinking"), [.. calls], Number(answer["usage"]!["input_tokens"]), Number(answer["usage"]!["output_tokens"]), answer["stop_reason"] is not null, null);
    }

    protected override GridAnswer ReadStream(JsonNode[] steps, string body)
    {
        JsonNode[] Of(string type) => [.. steps.Where(s => Text(s["type"]) == type)];
        var deltas = Of("content_block_delta").Select(s => s["delta"]).ToArray();
        var calls = Of("content_block_start").Where(s => Text(s["content_block"]!["type"]) == "tool_use").Select(s => (
            Text(s["content_block"]!["name"]),
            Joined(Of("content_block_delta").Where(d => Number(d["index"]) == Number(s["index"])).Select(d => d["delta"]), "partial_json") is { Length: > 0 } json ? json : "{}"));
        var usage = Of("message_delta").LastOrDefault()?["usage"];
        return new(
            Joined(deltas, "text"), Joined(deltas, "thinking"), [.. calls], Number(usage?["input_tokens"]), Number(usage?["output_tokens"]),
            Text(steps[^1]["type"]) == "message_stop", Of("error").Select(s => Text(s["error"]!["message"])).FirstOrDefault());
    }
}
