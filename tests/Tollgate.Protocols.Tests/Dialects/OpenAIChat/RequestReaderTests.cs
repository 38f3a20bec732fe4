using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIChat;

public sealed class RequestReaderTests
{
    private static ChatRequest With(string members) => Chat.Read($$"""{"model":"m","messages":[{"role":"user","content":"hi"}],{{members}}}""");

    private static ChatRequest Messages(string messages) => Chat.Read($$"""{"messages":[{{messages}}]}""");

    [Fact]
    public void A_conversation_is_read_in_order()
    {
        var request = Messages("""
            {"role":"system","content":"Metric units."},
            {"role":"user","content":[{"type":"text","text":"How tall?","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"image_url","image_url":{"url":"data:image/PNG;base64,aW1n","detail":"low"}}]},
            {"role":"assistant","content":null,"tool_calls":[
              {"id":"t1","type":"function","function":{"name":"measure","arguments":"{\"a\": 1.0}"},"extra_content":{"google":{"thought_signature":"c2ln"}}},
              {"id":"t2","type":"function","function":{"name":"look","arguments":""}}]},
            {"role":"tool","tool_call_id":"t2","content":"203 cm"},
            {"role":"tool","tool_call_id":"t1","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"cache_control":{"type":"ephemeral"}},
            {"role":"developer","content":[{"type":"text","text":"Be terse."}]},
            {"role":"user","content":"Well?"}
            """);

        request.System.ShouldBe([new TextPart("Metric units.") { Pointer = "/messages/0/content" }, new TextPart("Be terse.") { Pointer = "/messages/5/content/0" }]);
        request.Turns.Select(t => t.Role).ShouldBe([Role.User, Role.Assistant, Role.User, Role.User]);
        request.Turns[0].Parts.ShouldBe(
        [
            new TextPart("How tall?") { Cache = new("1h"), Pointer = "/messages/1/content/0" },
            new MediaPart(MediaKind.Image, new InlineSource("image/png", "aW1n")) { Detail = "low", Pointer = "/messages/1/content/1" },
        ]);
        request.Turns[1].Parts.ShouldBe(
        [
            new ToolCallPart("t1", "measure", "{\"a\": 1.0}") { Token = new("gemini", OpaqueTokenKind.Signature, "c2ln"), Pointer = "/messages/2/tool_calls/0" },
            new ToolCallPart("t2", "look", "{}") { Pointer = "/messages/2/tool_calls/1" },
        ]);
        var results = request.Turns[2].Parts.Cast<ToolResultPart>().ToArray();
        results.Select(r => (r.CallId, r.Name, r.Cache, r.Pointer)).ShouldBe([("t2", "look", null, "/messages/3"), ("t1", "measure", new CacheHint(null), "/messages/4")]);
        results[1].Content.OfType<TextPart>().Select(t => t.Text).ShouldBe(["a", "b"]);
        request.Dialect.ShouldBe("openai.chat");
        request.Extras.ShouldBeEmpty();
    }

    [Fact]
    public void Parameters_are_read()
    {
        var request = With("""
            "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true},"cache_control":{"type":"ephemeral"}}],
            "tool_choice":"required","parallel_tool_calls":false,"max_tokens":10,"max_completion_tokens":20.0,"temperature":0.2,"top_p":0.9,"top_k":40,
            "presence_penalty":-1,"frequency_penalty":1.5,"seed":42,"n":2,"stop":["a","b"],"logprobs":true,"top_logprobs":3,"reasoning_effort":"high",
            "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"},"description":"x"}},
            "stream":true,"stream_options":{"include_usage":true},"user":"u","safety_identifier":"s","logit_bias":{"1":2},"store":null,"thinking":{"type":"enabled","budget_tokens":2048,"includeThoughts":true}
            """);

        var tool = request.Tools.ShouldHaveSingleItem();
        (tool.Name, tool.Description, tool.Schema.ToString(), tool.Strict, tool.Cache).ShouldBe(("f", "d", """{"type":"object"}""", true, new CacheHint(null)));
        request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceMode.Required));
        (request.ParallelToolCalls, request.MaxTokens, request.Temperature, request.TopP, request.TopK).ShouldBe((false, 20, 0.2, 0.9, 40));
        (request.PresencePenalty, request.FrequencyPenalty, request.Seed, request.Count).ShouldBe((-1, 1.5, 42, 2));
        request.Stop.ShouldBe(["a", "b"]);
        (request.Logprobs, request.TopLogprobs).ShouldBe((true, 3));
        request.Reasoning.ShouldBe(new Reasoning { Effort = "high", Enabled = true, BudgetTokens = 2048, Visible = true });
        var output = request.Output.ShouldNotBeNull();
        (output.Schema.ToString(), output.Name, output.Strict, output.Description).ShouldBe(("""{"type":"object"}""", "s", true, "x"));
        (request.Stream, request.IncludeUsage, request.User).ShouldBe((true, true, "u"));
        request.Extras.Select(e => $"{e.Key}={e.Value}").ShouldBe(["safety_identifier=\"s\"", "logit_bias={\"1\":2}"]);
    }

    [Fact]
    public void Options_of_streams_that_nobody_knows_are_kept()
        => With("\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}").Extras.Single().Key.ShouldBe("stream_options");

    [Fact]
    public void The_results_of_each_turn_stay_with_it()
    {
        const string Call = """{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}""";
        const string Result = """{"role":"tool","tool_call_id":"a","content":"1"}""";

        Messages($"{Call},{Result},{Call},{Result},{Result}").Turns.Select(t => $"{t.Role} {t.Parts.Count}").ShouldBe(["Assistant 1", "User 1", "Assistant 1", "User 2"]);
    }

    [Fact]
    public void A_custom_call_stays_as_it_is()
        => Messages("""{"role":"assistant","tool_calls":[{"id":"a","type":"custom","custom":{"name":"n","input":"i"}}]}""").Turns.Single().Parts.Single()
            .ShouldBeOfType<OpaquePart>().Json.ToString().ShouldBe("""{"id":"a","type":"custom","custom":{"name":"n","input":"i"}}""");

    [Fact]
    public void A_body_that_is_nested_too_deep_is_refused()
        => Should.Throw<ChatFormatException>(() => With("\"x\":" + new string('[', 130) + new string(']', 130)));

    [Fact]
    public void The_safety_identifier_names_the_user_when_nothing_else_does()
    {
        var request = With("\"safety_identifier\":\"s\"");

        request.User.ShouldBe("s");
        request.Extras.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"thinking\":{\"type\":\"disabled\"}", false, false, null)]
    [InlineData("\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"}", true, true, true)]
    [InlineData("\"thinking\":{\"type\":\"enabled\",\"display\":\"omitted\"}", true, false, false)]
    [InlineData("\"reasoning_effort\":\"none\"", false, false, null)]
    [InlineData("\"reasoning_effort\":\"low\"", null, false, null)]
    public void Thinking_is_read(string member, bool? enabled, bool adaptive, bool? visible)
    {
        var reasoning = With(member).Reasoning.ShouldNotBeNull();

        (reasoning.Enabled, reasoning.Adaptive, reasoning.Visible).ShouldBe((enabled, adaptive, visible));
    }

    [Theory]
    [InlineData("\"auto\"", ToolChoiceMode.Auto, null, "f,g")]
    [InlineData("\"none\"", ToolChoiceMode.None, null, "f,g")]
    [InlineData("\"any\"", ToolChoiceMode.Required, null, "f,g")]
    [InlineData("{\"type\":\"function\",\"function\":{\"name\":\"g\"}}", ToolChoiceMode.Named, "g", "f,g")]
    [InlineData("{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}", ToolChoiceMode.Named, "g", "f,g")]
    [InlineData("{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}", ToolChoiceMode.Required, null, "g")]
    public void Tool_choice_has_many_forms(string choice, ToolChoiceMode mode, string? name, string tools)
    {
        var request = With($$$"""
            "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],"tool_choice":{{{choice}}}
            """);

        request.ToolChoice.ShouldBe(new ToolChoice(mode, name));
        string.Join(',', request.Tools.Select(t => t.Name)).ShouldBe(tools);
    }

    [Fact]
    public void A_tool_of_another_type_stays_as_it_is()
    {
        var tool = With("\"tools\":[{\"type\":\"google_search\",\"google_search\":{\"exclude_domains\":[]}}]").Tools.Single();

        (tool.Name, tool.OpaqueDialect, tool.Opaque.ToString()).ShouldBe(("google_search", "openai.chat", """{"type":"google_search","google_search":{"exclude_domains":[]}}"""));
    }

    [Fact]
    public void Functions_of_old_become_tools()
    {
        var request = Chat.Read("""
            {"functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"},"messages":[{"role":"user","content":"hi"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"1"}]}
            """);

        request.Tools.Single().Name.ShouldBe("f");
        request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceMode.Named, "f"));
        var call = (ToolCallPart)request.Turns[1].Parts.Single();
        var result = (ToolResultPart)request.Turns[2].Parts.Single();
        (result.CallId, result.Name).ShouldBe((call.Id, "f"));
    }

    [Fact]
    public void Thoughts_come_back_with_their_tokens()
    {
        var parts = Messages("""
            {"role":"assistant","reasoning_content":"hm","thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"eA=="},
            {"type":"thinking","thinking":"","signature":"b25seQ=="},{"type":"redacted_thinking","thinking":"sum","data":"ZW5j","provider":"openai"},
            {"type":"thinking","thinking":"x","signature":""}],"content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"r"}]}
            """).Turns.Single().Parts;

        parts.Select(p => p with { Pointer = "" }).ShouldBe(
        [
            new ReasoningPart("hm", new("anthropic", OpaqueTokenKind.Signature, "c2ln")), new ReasoningPart(null, new("anthropic", OpaqueTokenKind.Redacted, "eA==")),
            new ReasoningPart("", new("anthropic", OpaqueTokenKind.Signature, "b25seQ==")), new ReasoningPart("sum", new("openai", OpaqueTokenKind.Encrypted, "ZW5j")),
            new ReasoningPart("x", null), new TextPart("a"), new RefusalPart("r"),
        ]);
    }

    [Theory]
    [InlineData("\"content\":\"a\",\"reasoning_content\":\"hm\"")]
    [InlineData("\"content\":\"a\",\"reasoning\":\"hm\"")]
    [InlineData("\"content\":[{\"type\":\"thinking\",\"text\":\"hm\"},{\"type\":\"text\",\"text\":\"a\"}]")]
    public void Thoughts_without_tokens_come_back_as_well(string members)
        => Messages($$"""{"role":"assistant",{{members}}}""").Turns.Single().Parts.Select(p => p with { Pointer = "" })
            .ShouldBe([new ReasoningPart("hm", null), new TextPart("a")]);

    [Fact]
    public void Media_and_files_are_read()
    {
        var parts = Messages("""
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}},{"type":"image_url","image_url":{"url":"data:application/pdf;base64,cGRm"}},
            {"type":"input_audio","input_audio":{"data":"bXAz","format":"mp3"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,cGRm"}},
            {"type":"file","file":{"file_id":"file-1"}},{"type":"video_url","video_url":{"url":"gs://b/v.mp4"}},{"type":"image_url","image_url":"https://example.com/a.PDF?x=1"}]}
            """).Turns.Single().Parts;

        parts.Select(p => p with { Pointer = "" }).ShouldBe(
        [
            new MediaPart(MediaKind.Image, new UrlSource("https://example.com/a.png", null)), new DocumentPart(new InlineSource("application/pdf", "cGRm"), null),
            new MediaPart(MediaKind.Audio, new InlineSource("audio/mpeg", "bXAz")), new DocumentPart(new InlineSource("application/pdf", "cGRm"), "a.pdf"),
            new DocumentPart(new FileSource("file-1"), null), new MediaPart(MediaKind.Video, new UrlSource("gs://b/v.mp4", null)),
            new DocumentPart(new UrlSource("https://example.com/a.PDF?x=1", "application/pdf"), null),
        ]);
    }

    [Fact]
    public void Members_of_messages_that_nobody_knows_are_kept()
        => Messages("""{"role":"user","name":"ann","content":"hi"},{"role":"assistant","content":"x","audio":null,"annotations":[],"refusal":null}""")
            .Extras.Select(e => $"{e.Key}={e.Value}").ShouldBe(["messages/0/name=\"ann\""]);

    [Fact]
    public void An_assistant_that_says_nothing_is_no_turn()
        => Messages("""{"role":"user","content":"a"},{"role":"assistant","content":null},{"role":"user","content":"b"}""").Turns.Count.ShouldBe(2);

    [Theory]
    [InlineData("{}", "/messages")]
    [InlineData("{\"messages\":{}}", "/messages")]
    [InlineData("{\"messages\":[]}", "/messages")]
    [InlineData("{\"messages\":[3]}", "/messages/0")]
    [InlineData("{\"messages\":[{\"content\":\"x\"}]}", "/messages/0/role")]
    [InlineData("{\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]}", "/messages/0/role")]
    [InlineData("{\"messages\":[{\"role\":\"user\"}]}", "/messages/0/content")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":7}]}", "/messages/0/content")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"poem\"}]}]}", "/messages/0/content/0/type")]
    [InlineData("{\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a\"}}]}]}", "/messages/0/content/0/type")]
    [InlineData("{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}", "/messages/0/tool_call_id")]
    [InlineData("{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}]}", "/messages/0/tool_calls/0/id")]
    [InlineData("{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]}]}", "/messages/0/tool_calls/0/function/arguments")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"file:///etc/passwd\"}}]}]}", "/messages/0/content/0/image_url/url")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,x\"}}]}]}", "/messages/0/content/0/image_url/url")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}]}", "/messages/0/content/0/file")]
    [InlineData("[]", "")]
    public void A_broken_message_is_refused_with_its_place(string body, string pointer)
        => Should.Throw<ChatFormatException>(() => Chat.Read(body)).Pointer.ShouldBe(pointer);

    [Theory]
    [InlineData("\"temperature\":\"hot\"", "/temperature")]
    [InlineData("\"temperature\":1e999", "/temperature")]
    [InlineData("\"max_tokens\":0", "/max_tokens")]
    [InlineData("\"max_tokens\":1.5", "/max_tokens")]
    [InlineData("\"n\":0", "/n")]
    [InlineData("\"stream\":\"yes\"", "/stream")]
    [InlineData("\"stream_options\":7", "/stream_options")]
    [InlineData("\"stop\":[1]", "/stop/0")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "/tools/0/function")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{}}]", "/tools/0/function/name")]
    [InlineData("\"tool_choice\":\"maybe\"", "/tool_choice")]
    [InlineData("\"response_format\":{\"type\":\"poem\"}", "/response_format/type")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "/response_format/json_schema")]
    [InlineData("\"thinking\":{\"type\":\"much\"}", "/thinking/type")]
    public void A_broken_parameter_is_refused_with_its_place(string member, string pointer)
    {
        var error = Should.Throw<ChatFormatException>(() => With(member));

        error.Pointer.ShouldBe(pointer);
        error.Message.ShouldContain(pointer);
    }
}
