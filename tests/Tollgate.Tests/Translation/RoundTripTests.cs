using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Translation;

/// <summary>What only its minter understands comes back to it byte for byte, through a client that knows nothing of it.</summary>
public sealed class RoundTripTests
{
    private const string Signature = "EqoB+/Zz09==";
    private const string Schema = """{"type":"object","properties":{"axles":{"type":"integer"}}}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signed_thoughts_of_Bedrock_come_back_from_an_Anthropic_client(bool stream)
    {
        var cell = Cell.Of("aws-bedrock") with { Model = "anthropic.claude-sonnet-4-5-20250929-v1:0" };
        await using var rig = await TranslationRig.StartAsync(cell, call => AnswerAsync(call, Converse, ConverseStream));
        const string Head = "{\"model\":\"m\",\"max_tokens\":3000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},\"tools\":[{\"name\":\"toll\",\"input_schema\":" + Schema + "}],";
        var (status, body, _) = await rig.Gateway.PostAsync(Cell.Anthropic, Head + $$"""{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"pay"}]}""");
        status.ShouldBe(200, body);
        var content = stream ? Collected(body) : JsonNode.Parse(body)!["content"]!.ToJsonString();
        var id = JsonNode.Parse(content)![1]!["id"]!.GetValue<string>();

        (status, body, _) = await rig.Gateway.PostAsync(Cell.Anthropic, Head + $$"""
            "messages":[{"role":"user","content":"pay"},{"role":"assistant","content":{{content}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{id}}","content":"paid"}]}]}
            """);
        status.ShouldBe(200, body);
        var sent = JsonDocument.Parse(rig.Provider.Last.Body).RootElement.GetProperty("messages");
        var thought = sent[1].GetProperty("content")[0].GetProperty("reasoningContent").GetProperty("reasoningText");
        (thought.GetProperty("text").GetString(), thought.GetProperty("signature").GetString()).ShouldBe(("Two axles.", Signature));
        sent[1].GetProperty("content")[1].GetProperty("toolUse").GetProperty("input").GetRawText().ShouldBe("""{"axles":2}""");
        sent[2].GetProperty("content")[0].GetProperty("toolResult").GetProperty("toolUseId").GetString().ShouldBe(sent[1].GetProperty("content")[1].GetProperty("toolUse").GetProperty("toolUseId").GetString());
    }

    [Fact]
    public async Task Signed_thoughts_of_Claude_come_back_from_an_OpenAI_client()
    {
        const string Answer = """{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"Two axles.","signature":"EqoB+/Zz09=="},{"type":"tool_use","id":"toolu_1","name":"toll","input":{"axles":2}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""";
        await using var rig = await TranslationRig.StartAsync(Cell.Of("anthropic"), call => call.AnswerAsync(200, Answer));
        await PayAsync(rig, "\"reasoning_effort\":\"low\",");
        var sent = JsonDocument.Parse(rig.Provider.Last.Body).RootElement.GetProperty("messages")[1].GetProperty("content");
        (sent[0].GetProperty("type").GetString(), sent[0].GetProperty("thinking").GetString(), sent[0].GetProperty("signature").GetString()).ShouldBe(("thinking", "Two axles.", Signature));
        sent[1].GetProperty("input").GetRawText().ShouldBe("""{"axles":2}""");
    }

    [Fact]
    public async Task The_signature_of_a_call_of_Gemini_comes_back_from_an_OpenAI_client()
    {
        const string Answer = """{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"toll","args":{"axles":2}},"thoughtSignature":"EqoB+/Zz09=="}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}""";
        await using var rig = await TranslationRig.StartAsync(Cell.Of("gcp-vertex"), call => call.AnswerAsync(200, Answer));
        await PayAsync(rig, "");
        var contents = JsonDocument.Parse(rig.Provider.Last.Body).RootElement.GetProperty("contents");
        var part = contents[1].GetProperty("parts")[0];
        part.GetProperty("thoughtSignature").GetString().ShouldBe(Signature);
        part.GetProperty("functionCall").GetProperty("args").GetRawText().ShouldBe("""{"axles":2}""");
        contents[2].GetProperty("parts")[0].GetProperty("functionResponse").GetProperty("name").GetString().ShouldBe("toll");
    }

    private const string Converse = """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Two axles.","signature":"EqoB+/Zz09=="}}},{"toolUse":{"toolUseId":"tooluse_1","name":"toll","input":{"axles":2}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}""";

    private static byte[] ConverseStream =>
    [
        .. EventStreamMessage.Event("messageStart", """{"role":"assistant"}"""),
        .. EventStreamMessage.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Two "}}}"""),
        .. EventStreamMessage.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"axles."}}}"""),
        .. EventStreamMessage.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"EqoB+/Zz09=="}}}"""),
        .. EventStreamMessage.Event("contentBlockStop", """{"contentBlockIndex":0}"""),
        .. EventStreamMessage.Event("contentBlockStart", """{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"toll"}}}"""),
        .. EventStreamMessage.Event("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"axl"}}}"""),
        .. EventStreamMessage.Event("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"toolUse":{"input":"es\":2}"}}}"""),
        .. EventStreamMessage.Event("contentBlockStop", """{"contentBlockIndex":1}"""),
        .. EventStreamMessage.Event("messageStop", """{"stopReason":"tool_use"}"""),
        .. EventStreamMessage.Event("metadata", """{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}"""),
    ];

    private static Task AnswerAsync(ProviderCall call, string whole, byte[] stream) => call.Target.EndsWith("-stream", StringComparison.Ordinal)
        ? call.StreamAsync(stream, 33, "application/vnd.amazon.eventstream")
        : call.AnswerAsync(200, whole);

    /// <summary>Asks an OpenAI client's question, and sends the answer's message back as it is, with the tool's result.</summary>
    private static async Task PayAsync(TranslationRig rig, string more)
    {
        var head = "{\"model\":\"m\"," + more + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"toll\",\"parameters\":" + Schema + "}}],";
        var (status, body, _) = await rig.Gateway.PostAsync(Cell.OpenAI, head + """ "messages":[{"role":"user","content":"pay"}]}""");
        status.ShouldBe(200, body);
        var message = JsonNode.Parse(body)!["choices"]![0]!["message"]!;
        var id = message["tool_calls"]![0]!["id"]!.GetValue<string>();
        (status, body, _) = await rig.Gateway.PostAsync(Cell.OpenAI, head + $$"""
            "messages":[{"role":"user","content":"pay"},{{message.ToJsonString()}},{"role":"tool","tool_call_id":"{{id}}","content":"paid"}]}
            """);
        status.ShouldBe(200, body);
    }

    /// <summary>The content of a streamed message, put together as Anthropic's SDKs do.</summary>
    private static string Collected(string body)
    {
        var blocks = new JsonArray();
        var input = new StringBuilder();
        foreach (var line in body.Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)))
        {
            var step = JsonNode.Parse(line["data: ".Length..])!;
            switch (step["type"]!.GetValue<string>())
            {
                case "content_block_start":
                    blocks.Add(step["content_block"]!.DeepClone());
                    input.Clear();
                    break;
                case "content_block_delta":
                    var (block, delta) = (blocks[^1]!, step["delta"]!);
                    if (delta["thinking"] is { } thinking) block["thinking"] = block["thinking"]!.GetValue<string>() + thinking.GetValue<string>();
                    if (delta["signature"] is { } signature) block["signature"] = signature.GetValue<string>();
                    if (delta["partial_json"] is { } json) block["input"] = Parsed(input.Append(json.GetValue<string>()).ToString()) ?? block["input"]!.DeepClone();
                    break;
            }
        }

        return blocks.ToJsonString();
    }

    private static JsonNode? Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null; // not yet whole
        }
    }
}
