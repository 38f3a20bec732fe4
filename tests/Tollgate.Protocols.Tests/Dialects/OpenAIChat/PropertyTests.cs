using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIChat;

public sealed class PropertyTests
{
    private static readonly Gen<string> Text = Gen.Elements("", "a", "ö\n", "\"\\", "🌡️", "{}", "</s>");

    private static readonly Gen<Part> UserPart = Gen.OneOf<Part>(
        Text.Select(Part (t) => new TextPart(t)),
        Text.Select(Part (t) => new MediaPart(MediaKind.Image, new InlineSource("image/png", "aQ==")) { Detail = t.Length == 1 ? "low" : null }),
        Gen.Constant<Part>(new MediaPart(MediaKind.Audio, new InlineSource("audio/mpeg", "aQ=="))),
        Gen.Constant<Part>(new DocumentPart(new InlineSource("application/pdf", "aQ=="), "a.pdf")),
        Gen.Constant<Part>(new MediaPart(MediaKind.Image, new UrlSource("https://example.com/a.png", null))));

    private static readonly Gen<Turn> UserTurn = UserPart.NonEmptyListOf().Select(parts => new Turn(Role.User, [.. parts]));

    private static readonly Gen<Turn> AssistantTurn =
        from text in Text
        from calls in Gen.Elements("{}", "{\"a\": 1.0}", "not json").ListOf()
        select new Turn(Role.Assistant, [new TextPart(text), .. calls.Select((a, i) => new ToolCallPart($"t{i}", "f", a))]);

    /// <summary>User and model take turns; calls are answered, results first.</summary>
    private static readonly Gen<ChatRequest> Requests =
        from system in Text.Where(t => t.Length > 0).ListOf()
        from users in UserTurn.NonEmptyListOf()
        from answers in AssistantTurn.ListOf(users.Count)
        select new ChatRequest
        {
            Dialect = "openai.chat",
            System = [.. system.Select(t => new TextPart(t))],
            Turns = [.. users.Zip(answers).SelectMany(pair => Exchange(pair.First, pair.Second))],
        };

    private const string EveryMember = """
        {"model":"m","messages":[{"role":"developer","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"5m"}}]},
        {"role":"user","name":"n","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aQ==","detail":"low"}},{"type":"input_audio","input_audio":{"data":"aQ==","format":"wav"}},
        {"type":"file","file":{"file_data":"data:application/pdf;base64,aQ==","filename":"f"}},{"type":"file","file":{"file_id":"i"}},{"type":"video_url","video_url":{"url":"https://a.example/v"}}]},
        {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d","provider":"openai"},{"type":"refusal","refusal":"r"}],
        "thinking_blocks":[{"type":"thinking","thinking":"t"}],"reasoning_content":"r","annotations":[{}],"refusal":"r","function_call":{"name":"f","arguments":"{}"},
        "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}},{"id":"b","type":"custom","custom":{}}]},
        {"role":"tool","tool_call_id":"a","content":"r"},{"role":"function","name":"f","content":"r"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true}},{"type":"custom","custom":{"name":"c"}}],"functions":[{"name":"g"}],"function_call":"auto",
        "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"c"}}]}},
        "thinking":{"type":"enabled","budget_tokens":1024,"includeThoughts":true,"display":"omitted"},"reasoning_effort":"low","n":1,"seed":1,"stop":["a"],"logprobs":true,"top_logprobs":1,
        "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{},"strict":true}},"stream":true,"stream_options":{"include_usage":true,"x":1},"user":"u","safety_identifier":"s",
        "max_tokens":1,"max_completion_tokens":1,"temperature":1,"top_p":1,"top_k":1,"presence_penalty":1,"frequency_penalty":1,"parallel_tool_calls":true,"logit_bias":{}}
        """;

    private static IEnumerable<Turn> Exchange(Turn user, Turn assistant)
    {
        yield return user;
        yield return assistant;
        var calls = assistant.Parts.OfType<ToolCallPart>().ToArray();
        if (calls.Length > 0) yield return new Turn(Role.User, [.. calls.Select(c => new ToolResultPart(c.Id, [new TextPart("r")], false) { Name = "f" })]);
    }

    private static string Describe(ChatRequest request)
        => string.Join('\n', request.System.Select(s => s.Text).Concat(request.Turns.Select(t => $"{t.Role}: {string.Join('|', t.Parts.Select(Describe))}")));

    private static string Describe(Part part) => part is ToolResultPart result
        ? $"{result.CallId}/{result.Name}: {string.Join('|', result.Content.Select(Describe))}"
        : (part with { Pointer = "" }).ToString();

    [Fact]
    public void A_conversation_survives_writing_and_reading()
        => Check.QuickThrowOnFailure(Prop.ForAll(
            Requests.Resize(12).ToArbitrary(), request => Describe(Chat.Read(Chat.WriteRequest(request))).ShouldBe(Describe(request))));

    [Fact]
    public void The_request_that_is_damaged_is_sound() => Chat.Read(EveryMember).Turns.Count.ShouldBe(3);

    [Fact]
    public void Any_damage_to_a_request_is_read_or_refused_with_a_place()
    {
        var bodies = Gen.OneOf(Requests.Resize(4).Select(r => Encoding.UTF8.GetBytes(Chat.WriteRequest(r))), Gen.Constant(Encoding.UTF8.GetBytes(EveryMember)));
        var damaged =
            from body in bodies
            from at in Gen.Choose(0, body.Length - 1)
            from to in Gen.Elements("null", "7", "-1e400", "\"x\"", "\"\\ud83d\"", "[]", "[null]", "{}", "{\"\\ud83d\":1}", "true", "")
            select Damage(body, at, to);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(damaged.ToArbitrary(), body =>
        {
            try
            {
                // What can be read can be written, whatever is in it.
                Chat.WriteRequest(OpenAIChatClient.Instance.ReadRequest(body), out _);
            }
            catch (ChatFormatException error)
            {
                error.Message.ShouldNotBeEmpty();
            }
        }));
    }

    [Fact]
    public void Any_damage_to_an_answer_is_read_or_refused()
    {
        var body = Encoding.UTF8.GetBytes("""
            {"id":"a","created":1,"model":"m","choices":[{"index":0,"message":{"content":["x",{"text":"y"}],"reasoning":"z","annotations":[{}],"refusal":"\ud83d",
            "tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},"logprobs":{"content":[{}]},
            "finish_reason":"stop","stop_reason":"x"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}
            """);
        var damaged =
            from at in Gen.Choose(0, body.Length - 1)
            from to in Gen.Elements("null", "7", "\"x\"", "[]", "{}", "true", "")
            select Damage(body, at, to);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(damaged.ToArbitrary(), json =>
        {
            try
            {
                Chat.ReadResponse(Encoding.UTF8.GetString(json));
            }
            catch (FormatException)
            {
                // Said to be no answer: fine. Anything else fails the test.
            }

            Chat.ReadStream([Encoding.UTF8.GetString(json)]).Count.ShouldBeLessThan(100);
        }));
    }

    /// <summary>Puts another value in the place of one that begins at or behind a byte, so that the result is JSON but no longer the format.</summary>
    private static byte[] Damage(byte[] body, int at, string to)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenStartIndex < at || reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject) continue;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return [.. body[..start], .. Encoding.UTF8.GetBytes(to), .. body[(int)reader.BytesConsumed..]];
        }

        return body;
    }
}
