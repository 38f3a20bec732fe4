using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIResponses;
using Tollgate.Protocols.Framing;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIResponses;

public sealed class PropertyTests
{
    private const string EveryMember = """
        {"model":"m","instructions":"i","input":[{"role":"developer","content":[{"type":"input_text","text":"s"}]},
        {"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,aQ==","detail":"low"},{"type":"input_image","file_id":"f"},
          {"type":"input_file","file_data":"data:application/pdf;base64,aQ==","filename":"f"},{"type":"input_file","file_url":"https://a.example/f.pdf"},{"type":"input_file","file_id":"i"},
          {"type":"input_audio","input_audio":{"data":"aQ==","format":"wav"}}]},
        {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"t"}],"content":[{"type":"reasoning_text","text":"t"}],"encrypted_content":"tollgate:gemini:call:c2ln"},
        {"id":"m","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"t","annotations":[{}]},{"type":"refusal","refusal":"r"}]},
        {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},{"type":"custom_tool_call","call_id":"b","name":"c","input":"x"},
        {"type":"function_call_output","call_id":"a","output":[{"type":"input_text","text":"r"}]},{"type":"custom_tool_call_output","call_id":"b","output":"r"},
        {"type":"item_reference","id":"x"},{"type":"web_search_call","id":"w"},{"type":"mcp_approval_response","approve":true}],
        "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true},{"type":"custom","name":"c","format":{"type":"grammar","syntax":"lark","definition":"d"}},{"type":"web_search"},{"type":"google_search"}],
        "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"},{"type":"custom","name":"c"}]},"parallel_tool_calls":true,
        "text":{"format":{"type":"json_schema","name":"s","schema":{},"strict":true,"description":"d"},"verbosity":"low"},"reasoning":{"effort":"low","summary":"auto"},
        "include":["reasoning.encrypted_content","message.output_text.logprobs"],"top_logprobs":2,"max_output_tokens":50,"max_tool_calls":3,"temperature":1,"top_p":1,"stream":true,"stream_options":{},
        "store":true,"background":false,"truncation":"auto","metadata":{"a":"b"},"user":"u","safety_identifier":"s","prompt_cache_key":"k","service_tier":"auto","conversation":null,"previous_response_id":null,"prompt":null}
        """;

    private static readonly Gen<string> Text = Gen.Elements("a", "ö\n", "\"\\", "🌡️", "{}", "</s>");

    private static readonly Gen<Part> UserPart = Gen.OneOf<Part>(
        Text.Select(Part (t) => new TextPart(t)),
        Text.Select(Part (t) => new MediaPart(MediaKind.Image, new InlineSource("image/png", "aQ==")) { Detail = t.Length == 1 ? "low" : "auto" }),
        Gen.Constant<Part>(new DocumentPart(new InlineSource("application/pdf", "aQ=="), "a.pdf")),
        Gen.Constant<Part>(new DocumentPart(new UrlSource("https://example.com/a.pdf", "application/pdf"), null)),
        Gen.Constant<Part>(new MediaPart(MediaKind.Image, new UrlSource("https://example.com/a.png", null)) { Detail = "high" }));

    private static readonly Gen<Turn> UserTurn = UserPart.NonEmptyListOf().Select(parts => new Turn(Role.User, [.. parts]));

    private static readonly Gen<Part> ModelPart = Gen.OneOf<Part>(
        Text.Select(Part (t) => new TextPart(t)),
        Text.Select(Part (t) => new RefusalPart(t)),
        Text.Select(Part (t) => new ReasoningPart(t.Length == 1 ? null : t, new OpaqueToken("openai", OpaqueTokenKind.Encrypted, "gAAA" + t))),
        Gen.Elements("{}", "{\"a\": 1.0}", "not json").Select(Part (a) => new ToolCallPart("c", "f", a)));

    private static readonly Gen<Turn> ModelTurn = ModelPart.NonEmptyListOf().Select(parts => new Turn(Role.Assistant, [.. parts.Select(Numbered)]));

    private static readonly Gen<ChatRequest> Requests =
        from system in Text.ListOf()
        from users in UserTurn.NonEmptyListOf()
        from answers in ModelTurn.ListOf(users.Count)
        select new ChatRequest
        {
            Dialect = "openai.chat",
            System = [.. system.Select(t => new TextPart(t))],
            Turns = [.. users.Zip(answers).SelectMany(pair => Exchange(pair.First, pair.Second))],
        };

    private static Part Numbered(Part part, int number) => part is ToolCallPart call ? call with { Id = $"c{number}" } : part;

    private static IEnumerable<Turn> Exchange(Turn user, Turn assistant)
    {
        yield return user;
        yield return assistant;
        var calls = assistant.Parts.OfType<ToolCallPart>().ToArray();
        if (calls.Length > 0) yield return new Turn(Role.User, [.. calls.Select(c => new ToolResultPart(c.Id, [new TextPart("r"), new MediaPart(MediaKind.Image, new InlineSource("image/png", "aQ==")) { Detail = "auto" }], false) { Name = "f" })]);
    }

    private static string Describe(ChatRequest request)
        => string.Join('\n', request.System.Select(s => s.Text).Concat(request.Turns.Select(t => $"{t.Role}: {string.Join('|', t.Parts.Select(Describe))}")));

    private static string Describe(Part part) => part is ToolResultPart result
        ? $"{result.CallId}/{result.Name}: {string.Join('|', result.Content.Select(Describe))}"
        : (part with { Pointer = "" }).ToString();

    [Fact]
    public void A_conversation_survives_writing_and_reading()
        => Check.QuickThrowOnFailure(Prop.ForAll(
            Requests.Resize(12).ToArbitrary(), request => Describe(Responses.Read(Responses.WriteRequest(request))).ShouldBe(Describe(request))));

    /// <summary>What a model says goes to a client as an answer, and comes back as a turn of the next request: nothing of it may change.</summary>
    [Fact]
    public void An_answer_survives_being_sent_back()
    {
        var tokens = Gen.Elements<OpaqueToken?>(
            null, new("anthropic", OpaqueTokenKind.Signature, "EqoB+/Zz09=="), new("anthropic", OpaqueTokenKind.Redacted, "a:b"), new("openai", OpaqueTokenKind.Encrypted, "gAAA"), new("gemini", OpaqueTokenKind.Signature, "c2ln"));
        var part = Gen.OneOf<Part>(
            Text.Select(Part (t) => new TextPart(t)),
            Text.Select(Part (t) => new RefusalPart(t)),
            from text in Text from token in tokens select (Part)new ReasoningPart(text, token),
            from token in tokens.Where(t => t?.Kind == OpaqueTokenKind.Signature) select (Part)new ToolCallPart("c", "f", "{\"a\": 1.0}") { Token = token },
            Gen.Constant<Part>(new ToolCallPart("c", "f", "{}")));

        Check.QuickThrowOnFailure(Prop.ForAll(part.NonEmptyListOf().Resize(8).ToArbitrary(), parts =>
        {
            var said = parts.Select(Numbered).ToArray();
            var events = Events(said);
            foreach (var output in (string[])[Output(Responses.WriteResponse(events)), Responses.WriteStream(events)[^1]["response"]!["output"]!.ToJsonString()])
            {
                Responses.Read($$"""{"model":"m","input":{{output}}}""").Turns.SelectMany(t => t.Parts).Select(Describe).ShouldBe(said.Select(Describe));
            }
        }));
    }

    private static string Output(string response) => JsonDocument.Parse(response).RootElement.GetProperty("output").GetRawText();

    private static List<ChatEvent> Events(Part[] parts)
    {
        var events = new List<ChatEvent> { new(ChatEventKind.Start) { Id = "x" } };
        for (var i = 0; i < parts.Length; i++)
        {
            events.AddRange(parts[i] switch
            {
                TextPart text => [new ChatEvent(ChatEventKind.Text) { Index = i, Text = text.Text }],
                RefusalPart refusal => [new ChatEvent(ChatEventKind.Refusal) { Index = i, Text = refusal.Text }],
                ReasoningPart { Token: { } token } thought => [new ChatEvent(ChatEventKind.Reasoning) { Index = i, Text = thought.Text }, new ChatEvent(ChatEventKind.ReasoningToken) { Index = i, Token = token }],
                ReasoningPart thought => [new ChatEvent(ChatEventKind.Reasoning) { Index = i, Text = thought.Text }],
                ToolCallPart call => (ChatEvent[])[new ChatEvent(ChatEventKind.ToolCall) { Index = i, Id = call.Id, Name = call.Name, Token = call.Token }, new ChatEvent(ChatEventKind.Arguments) { Index = i, Text = call.Arguments }],
                _ => [],
            });
            events.Add(new ChatEvent(ChatEventKind.BlockEnd) { Index = i });
        }

        events.Add(new ChatEvent(ChatEventKind.Finish) { Finish = FinishReason.Stop });
        events.Add(new ChatEvent(ChatEventKind.End));
        return events;
    }

    [Fact]
    public void The_request_that_is_damaged_is_sound() => Responses.Read(EveryMember).Turns.Count.ShouldBe(5);

    [Fact]
    public void Any_damage_to_a_request_is_read_or_refused_with_a_place()
    {
        var bodies = Gen.OneOf(Requests.Resize(4).Select(r => Encoding.UTF8.GetBytes(Responses.WriteRequest(r))), Gen.Constant(Encoding.UTF8.GetBytes(EveryMember)));
        var damaged =
            from body in bodies
            from at in Gen.Choose(0, body.Length - 1)
            from to in Gen.Elements("null", "7", "-1e400", "\"x\"", "\"\\ud83d\"", "[]", "[null]", "{}", "{\"\\ud83d\":1}", "true", "")
            select Damage(body, at, to);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(damaged.ToArbitrary(), body =>
        {
            try
            {
                // What can be read can be written, and answered, whatever is in it.
                var request = OpenAIResponsesClient.Instance.ReadRequest(body);
                Responses.WriteRequest(request, out _);
                Responses.WriteResponse([new(ChatEventKind.Start), new(ChatEventKind.Finish), new(ChatEventKind.End)], request);
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
            {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","error":null,"incomplete_details":{"reason":"x"},"output":[
            {"type":"reasoning","summary":[{"text":"a"}],"content":[{"text":"b"}],"encrypted_content":"c"},
            {"type":"message","content":[{"type":"output_text","text":"t","annotations":[{"type":"url_citation","url":"u"}],"logprobs":[{}]},{"type":"refusal","refusal":"\ud83d"}]},
            {"type":"function_call","id":"i","call_id":"c","name":"f","arguments":"{}"},{"type":"custom_tool_call","call_id":"d","name":"g","input":"x"}],
            "usage":{"input_tokens":1,"input_tokens_details":{"cached_tokens":1},"output_tokens":2}}
            """);
        var damaged =
            from at in Gen.Choose(0, body.Length - 1)
            from to in Gen.Elements("null", "7", "\"x\"", "[]", "{}", "true", "")
            select Damage(body, at, to);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(damaged.ToArbitrary(), json =>
        {
            var text = Encoding.UTF8.GetString(json);
            try
            {
                Responses.ReadResponse(text);
            }
            catch (FormatException)
            {
                // Said to be no answer: fine. Anything else fails the test.
            }

            Responses.ReadStream(["""{"type":"response.completed","response":""" + text + "}"]).Count.ShouldBeLessThan(100);
            foreach (var type in (string[])["output_item.added", "output_item.done", "content_part.done", "output_text.delta", "function_call_arguments.delta", "failed"])
            {
                Responses.ReadStream([$$"""{"type":"response.{{type}}","output_index":0,"content_index":0,"item":{{text}},"part":{{text}},"delta":{{text}},"response":{{text}}}"""]).Count.ShouldBeLessThan(100);
            }
        }));
    }

    /// <summary>A stream of a provider, cut anywhere on its way: the events are the same.</summary>
    [Fact]
    public void A_stream_is_the_same_wherever_it_is_cut()
    {
        var frames = Responses.WriteStream(Events([new ReasoningPart("hm 🌡️", new("openai", OpaqueTokenKind.Encrypted, "gAAA")), new TextPart("é😀"), new ToolCallPart("c", "f", "{\"a\": 1.0}")]));
        var bytes = Encoding.UTF8.GetBytes(string.Concat(frames.Select(f => $"event: {f["type"]}\r\ndata: {f.ToJsonString()}\r\n\r\n")));
        var expected = Read(bytes, bytes.Length);

        for (var at = 1; at < bytes.Length; at++) Read(bytes, at).ShouldBe(expected);
        Read(bytes, 1, everywhere: true).ShouldBe(expected);
        expected[^1].ShouldContain("Kind = End");
    }

    private static List<string> Read(byte[] bytes, int cut, bool everywhere = false)
    {
        var reader = OpenAIResponsesUpstream.Instance.CreateEventReader(Responses.Question);
        var events = new List<ChatEvent>();
        int start = 0, scanned = 0;
        for (var end = cut; start < bytes.Length; end = everywhere ? end + cut : bytes.Length)
        {
            int length;
            while ((length = Sse.FrameLength(bytes.AsSpan(start..Math.Min(end, bytes.Length)), ref scanned)) > 0)
            {
                var frame = SseFrame.Parse(bytes.AsSpan(start, length));
                if (frame.HasData) reader.Read(frame.Event, frame.Data, isException: false, events);
                (start, scanned) = (start + length, 0);
            }

            if (end >= bytes.Length) break;
        }

        reader.Complete(events);
        return [.. events.Select(e => e.ToString())];
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
