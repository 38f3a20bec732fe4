using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Tests.Json;
using static Tollgate.Protocols.Tests.Dialects.BedrockConverse.Converse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

public sealed class PropertyTests
{
    private static readonly string[] Texts = ["", " ", "hi", "\ud83d", "🙂", "\"\\\u0001</script>\u2028", new('x', 300), "a.b", "{\"a\":1}", "{", "null"];
    private static readonly string[] Models = [Sonnet35, Sonnet45, Opus46, Opus47, Nova2, GptOss, DeepSeek, Llama, "", "arn:aws:bedrock:x"];

    private static readonly string[] Bodies =
    [
        """{"output":{"message":{"role":"assistant","content":[{"text":"a\ud83d"},{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}}]}},"stopReason":"end_turn","usage":{"inputTokens":1}}""",
        """{"output":{"message":{"content":[{"reasoningContent":{"reasoningText":{"text":"a","signature":"b"}}},{"citationsContent":{"content":[{"text":"x"}],"citations":[{}]}}]}}}""",
    ];

    private static readonly (string Name, string Data)[] Frames =
    [
        ("messageStart", """{"role":"assistant"}"""), ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"a\ud83d"}}"""),
        ("contentBlockStart", """{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{}"}}}"""), ("contentBlockStop", """{"contentBlockIndex":1}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"reasoningContent":{"text":"a"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"citation":{"title":"\udfff"}}}"""),
        ("messageStop", """{"stopReason":"end_turn"}"""), ("metadata", """{"usage":{"inputTokens":1,"outputTokens":2}}"""),
    ];

    [Fact]
    public void Whatever_is_asked_is_written_as_JSON()
    {
        var check = Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            Rules(Request(random), Models[random.Next(Models.Length)]);
            return true;
        });
        check.QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Roles_alternate_and_no_message_is_empty()
    {
        var check = Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var log = new FidelityLog();
            using var body = JsonDocument.Parse(Write(Request(new Random(seed)), log, Sonnet45));
            if (log.Refusal is not null) return true;
            var messages = body.RootElement.GetProperty("messages").EnumerateArray().ToArray();
            var roles = messages.Select(m => m.GetProperty("role").GetString()).ToArray();
            return roles.Select((role, i) => role == (i % 2 == 0 ? "user" : "assistant")).All(good => good)
                && messages.All(m => m.GetProperty("content").GetArrayLength() > 0);
        });
        check.QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_broken_answer_is_a_format_error_and_nothing_else()
    {
        var check = Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new RandomJson(seed);
            var body = random.Mutate(Encoding.UTF8.GetBytes(Bodies[random.Next(Bodies.Length)]));
            var events = new List<ChatEvent>();
            try
            {
                BedrockConverseUpstream.Instance.ReadResponse(body, Hi, events);
                ShouldKeepTheForm(events);
            }
            catch (FormatException)
            {
                // The only one that is allowed.
            }

            return true;
        });
        check.Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Broken_frames_in_any_order_keep_the_form()
    {
        var check = Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new RandomJson(seed);
            var reader = BedrockConverseUpstream.Instance.CreateEventReader(Hi);
            var events = new List<ChatEvent>();
            for (var i = random.Next(20); i >= 0; i--)
            {
                var (name, data) = Frames[random.Next(Frames.Length)];
                var bytes = Encoding.UTF8.GetBytes(data);
                reader.Read(Encoding.UTF8.GetBytes(name), random.Chance(30) ? random.Mutate(bytes) : bytes, isException: false, events);
            }

            reader.Complete(events);
            ShouldKeepTheForm(events);
            return Fold(events).IsWhole == events.Any(e => e.Kind == ChatEventKind.Finish);
        });
        check.Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static ChatRequest Request(Random random) => Ask([.. Many(random, 5, () => new Turn((Role)random.Next(2), [.. Many(random, 4, () => Part(random, 0))]))]) with
    {
        System = [.. Many(random, 3, () => new TextPart(Text(random)))],
        Tools = [.. Many(random, 3, () => Tool(Text(random), random.Next(2) == 0 ? null : "{}"))],
        ToolChoice = random.Next(3) == 0 ? new ToolChoice((ToolChoiceMode)random.Next(4), Text(random)) : null,
        Reasoning = random.Next(3) == 0 ? new Reasoning { Effort = "high", Visible = true } : null,
        Output = random.Next(3) == 0 ? new OutputFormat(RawJson.From("{}"), Text(random)) : null,
        Stop = [.. Many(random, 2, () => Text(random))],
        Temperature = random.Next(2) == 0 ? random.NextDouble() * 2 : null,
        TopK = random.Next(2) == 0 ? random.Next(9) : null,
    };

    private static Part Part(Random random, int depth)
    {
        var text = Text(random);
        Part part = random.Next(depth == 0 ? 9 : 3) switch
        {
            0 => new TextPart(text),
            1 => new MediaPart((MediaKind)random.Next(3), random.Next(2) == 0 ? new InlineSource("image/png", "AA==") : new UrlSource(text, null)),
            2 => new DocumentPart(random.Next(2) == 0 ? new TextSource(text) : new FileSource(text), text),
            3 => new ReasoningPart(text, random.Next(2) == 0 ? null : new OpaqueToken("anthropic", (OpaqueTokenKind)random.Next(3), text)),
            4 or 5 => new ToolCallPart(text, Text(random), Text(random)),
            6 => new ToolResultPart(text, [.. Many(random, 3, () => Part(random, depth + 1))], random.Next(2) == 0),
            7 => new RefusalPart(text),
            _ => new OpaquePart("anthropic.messages", RawJson.From("{}")),
        };
        return random.Next(5) == 0 ? part with { Cache = new CacheHint(null) } : part;
    }

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static IEnumerable<T> Many<T>(Random random, int most, Func<T> make) => Enumerable.Range(0, random.Next(most)).Select(_ => make()).ToArray();
}
