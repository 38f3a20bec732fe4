using System.Text.Json;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Translation;

/// <summary>
/// Three turns with thoughts and parallel calls. What the provider gave comes back to it as it was: its ids, its signatures, its order, and
/// the bytes of its arguments, through a client that reads none of it.
/// </summary>
public sealed class ConversationTests
{
    private static readonly Said[] First =
    [
        Said.Thought("Two axles.", "EqoB+/Zz09=="), Said.Call("toolu_1", "toll", """{"axles":2}"""), Said.Call("toolu_2", "bell", "{}"),
    ];

    private static readonly Said[] Second = [Said.Thought("Once more.", "EqoC+/Zz10=="), Said.Words("So far."), Said.Call("toolu_3", "toll", """{"axles":3}""")];

    private static readonly Said[] Third = [Said.Words("Done.")];

    public static TheoryData<string, string, bool> Grid
    {
        get
        {
            var grid = new TheoryData<string, string, bool>();
            foreach (var row in Cell.Grid)
            {
                grid.Add(row.Data.Item1, row.Data.Item2, false);
                grid.Add(row.Data.Item1, row.Data.Item2, true);
            }

            return grid;
        }
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task Keeps_ids_signatures_and_order(string path, string kind, bool stream)
    {
        var cell = Cell.Of(kind);
        if (cell.Dialect is "bedrock.converse") cell = cell with { Model = "anthropic.claude-sonnet-4-5-20250929-v1:0" };
        var turn = 0;
        await using var rig = await TranslationRig.StartAsync(cell, call =>
        {
            Said[] said = turn switch { 0 => First, 1 => Second, _ => Third };
            return stream ? call.StreamAsync(Speaker.Stream(cell, said), 40, ProviderWords.ContentType(cell)) : call.AnswerAsync(200, "application/json", Speaker.Whole(cell, said));
        });
        var client = Listener.On(path);
        for (; turn < 3; turn++)
        {
            var (status, body, _) = await rig.Gateway.PostAsync(path, client.Ask(stream));
            status.ShouldBe(200, body);
            var heard = client.Hear(body, stream);
            if (cell.Dialect != "gemini.generate") heard.ShouldBe(turn switch { 0 => ["toolu_1", "toolu_2"], 1 => ["So far.", "toolu_3"], _ => (string[])["Done."] });
        }

        Remembered(cell, JsonDocument.Parse(rig.Provider.Last.Body).RootElement).ShouldBe(Expected(cell));
    }

    private static IEnumerable<string> Expected(Cell cell) => cell.Dialect switch
    {
        // Chat completions take no thoughts back.
        "openai.chat" => ["pay", "toolu_1 toll {\"axles\":2}", "toolu_2 bell {}", "result toolu_1", "result toolu_2", "So far.", "toolu_3 toll {\"axles\":3}", "result toolu_3"],

        // Gemini has no ids, and its signature stands on a call.
        "gemini.generate" => ["pay", "toll {\"axles\":2} EqoB+/Zz09==", "bell {}", "toll", "bell", "So far.", "toll {\"axles\":3} EqoC+/Zz10==", "toll"],
        _ =>
        [
            "pay", "Two axles. EqoB+/Zz09==", "toolu_1 toll {\"axles\":2}", "toolu_2 bell {}", "result toolu_1", "result toolu_2",
            "Once more. EqoC+/Zz10==", "So far.", "toolu_3 toll {\"axles\":3}", "result toolu_3",
        ],
    };

    private static List<string> Remembered(Cell cell, JsonElement body) => cell.Dialect switch
    {
        "openai.chat" => [.. body.GetProperty("messages").EnumerateArray().SelectMany(Message)],
        "openai.responses" => [.. body.GetProperty("input").EnumerateArray().Select(Item)],
        "anthropic.messages" => [.. body.GetProperty("messages").EnumerateArray().SelectMany(m => m.GetProperty("content").EnumerateArray()).Select(Block)],
        "bedrock.converse" => [.. body.GetProperty("messages").EnumerateArray().SelectMany(m => m.GetProperty("content").EnumerateArray()).Select(ConverseBlock)],
        _ => [.. body.GetProperty("contents").EnumerateArray().SelectMany(c => c.GetProperty("parts").EnumerateArray()).Select(Part)],
    };

    private static IEnumerable<string> Message(JsonElement message)
    {
        if (message.GetProperty("content").GetString() is { Length: > 0 } text) yield return text;
        if (!message.TryGetProperty("tool_calls", out var calls)) yield break;
        foreach (var call in calls.EnumerateArray()) yield return $"{Text(call, "id")} {Text(call.GetProperty("function"), "name")} {Text(call.GetProperty("function"), "arguments")}";
    }

    private static string Item(JsonElement item) => item.TryGetProperty("type", out var type) ? type.GetString() switch
    {
        "reasoning" => $"{Text(item.GetProperty("summary")[0], "text")} {Text(item, "encrypted_content")}",
        "function_call" => $"{Text(item, "call_id")} {Text(item, "name")} {Text(item, "arguments")}",
        _ => Text(item, "output"),
    }
    : Text(item.GetProperty("content")[0], "text");

    private static string Block(JsonElement block) => Text(block, "type") switch
    {
        "thinking" => $"{Text(block, "thinking")} {Text(block, "signature")}",
        "text" => Text(block, "text"),
        "tool_use" => $"{Text(block, "id")} {Text(block, "name")} {block.GetProperty("input").GetRawText()}",
        _ => Text(block, "content"),
    };

    private static string ConverseBlock(JsonElement block)
    {
        if (block.TryGetProperty("text", out var text)) return text.GetString()!;
        if (block.TryGetProperty("toolUse", out var call)) return $"{Text(call, "toolUseId")} {Text(call, "name")} {call.GetProperty("input").GetRawText()}";
        if (block.TryGetProperty("toolResult", out var result)) return Text(result.GetProperty("content")[0], "text");
        var thought = block.GetProperty("reasoningContent").GetProperty("reasoningText");
        return $"{Text(thought, "text")} {Text(thought, "signature")}";
    }

    private static string Part(JsonElement part)
    {
        var signature = part.TryGetProperty("thoughtSignature", out var token) ? " " + token.GetString() : "";
        if (part.TryGetProperty("functionCall", out var call)) return $"{Text(call, "name")} {call.GetProperty("args").GetRawText()}{signature}";
        return part.TryGetProperty("functionResponse", out var result) ? Text(result, "name") : Text(part, "text") + signature;
    }

    private static string Text(JsonElement owner, string name) => owner.GetProperty(name).GetString()!;
}
