using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIResponses;

public sealed class RequestReaderTests
{
    private static ReasoningPart Thought(string encrypted, string summary = "hm") =>
        (ReasoningPart)Responses.ReadItems($$"""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"{{summary}}"}],"encrypted_content":"{{encrypted}}"}""").Turns[0].Parts[0];

    [Fact]
    public void A_text_is_a_turn_of_the_user()
    {
        var request = Responses.Read("""{"model":"m","instructions":"Be brief.","input":"hi","stream":true}""");

        request.System.Select(s => s.Text).ShouldBe(["Be brief."]);
        request.Turns.Single().Role.ShouldBe(Role.User);
        ((TextPart)request.Turns[0].Parts.Single()).Text.ShouldBe("hi");
        (request.Stream, request.IncludeUsage, request.Dialect).ShouldBe((true, true, "openai.responses"));
    }

    [Fact]
    public void Items_become_turns_in_order()
    {
        var request = Responses.ReadItems("""
            {"role":"developer","content":"Metric units."},
            {"type":"message","role":"user","content":[{"type":"input_text","text":"How tall?"},{"type":"input_image","image_url":"data:image/png;base64,aQ==","detail":"low"},
              {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,aQ=="},{"type":"input_file","file_url":"https://example.com/b.pdf"}]},
            {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},
            {"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"I measure.","annotations":[]},{"type":"refusal","refusal":"no"}]},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"measure","arguments":"{\"item\": \"door\"}"},
            {"type":"function_call","id":"fc_2","call_id":"c2","name":"ring","arguments":""},
            {"type":"function_call_output","call_id":"c2","output":"rang"},
            {"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"203 cm"},{"type":"input_image","file_id":"file-1"}]},
            {"role":"user","content":"Thanks."}
            """);

        request.System.Single().Text.ShouldBe("Metric units.");
        request.Turns.Select(t => (t.Role, t.Parts.Count)).ShouldBe([(Role.User, 4), (Role.Assistant, 5), (Role.User, 2), (Role.User, 1)]);
        var asked = request.Turns[0].Parts;
        asked[1].ShouldBe(new MediaPart(MediaKind.Image, new InlineSource("image/png", "aQ==")) { Detail = "low", Pointer = "/input/1/content/1" });
        asked[2].ShouldBe(new DocumentPart(new InlineSource("application/pdf", "aQ=="), "a.pdf") { Pointer = "/input/1/content/2" });
        asked[3].ShouldBe(new DocumentPart(new UrlSource("https://example.com/b.pdf", "application/pdf"), null) { Pointer = "/input/1/content/3" });
        var said = request.Turns[1].Parts;
        said[0].ShouldBe(new ReasoningPart(null, new OpaqueToken("openai", OpaqueTokenKind.Encrypted, "gAAA")) { Pointer = "/input/2" });
        said[2].ShouldBe(new RefusalPart("no") { Pointer = "/input/3/content/1" });
        said[3].ShouldBe(new ToolCallPart("c1", "measure", "{\"item\": \"door\"}") { Pointer = "/input/4" });
        said[4].ShouldBe(new ToolCallPart("c2", "ring", "{}") { Pointer = "/input/5" });
        var results = request.Turns[2].Parts.Cast<ToolResultPart>().ToArray();
        results.Select(r => (r.CallId, r.Name, r.Content.Count)).ShouldBe([("c2", "ring", 1), ("c1", "measure", 2)]);
        results[1].Content[1].ShouldBe(new MediaPart(MediaKind.Image, new FileSource("file-1")) { Pointer = "/input/7/output/1" });
    }

    [Fact]
    public void Parameters_are_read()
    {
        var request = Responses.Read("""
            {"model":"m","input":"hi","max_output_tokens":50,"temperature":0.5,"top_p":0.9,"parallel_tool_calls":false,"user":"u","include":["message.output_text.logprobs"],"top_logprobs":3,
            "reasoning":{"effort":"low","summary":"auto"},"text":{"format":{"type":"json_schema","name":"s","schema":{"type":"object"},"strict":true,"description":"d"},"verbosity":"low"},
            "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true},{"type":"function","name":"g"}],
            "tool_choice":{"type":"function","name":"f"},"service_tier":"flex","prompt_cache_key":"k","safetySettings":[],"metadata":{"a":"b"},"truncation":"disabled","store":false}
            """);

        (request.MaxTokens, request.Temperature, request.TopP, request.ParallelToolCalls, request.User).ShouldBe((50L, 0.5, 0.9, false, "u"));
        (request.Logprobs, request.TopLogprobs).ShouldBe((true, 3));
        request.Reasoning.ShouldBe(new Reasoning { Effort = "low", Visible = true });
        (request.Output!.Name, request.Output.Schema.ToString(), request.Output.Strict, request.Output.Description).ShouldBe(("s", "{\"type\":\"object\"}", true, "d"));
        request.Tools.Select(t => (t.Name, t.Strict, t.Schema.ToString())).ShouldBe([("f", true, "{\"type\":\"object\"}"), ("g", null, "")]);
        request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceMode.Named, "f"));
        request.Extras.Select(e => e.Key).ShouldBe(["service_tier", "prompt_cache_key", "safetySettings", "verbosity"]);
        request.Unsayable.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"auto\"", ToolChoiceMode.Auto)]
    [InlineData("\"none\"", ToolChoiceMode.None)]
    [InlineData("\"required\"", ToolChoiceMode.Required)]
    public void A_choice_is_a_word(string choice, ToolChoiceMode mode)
        => Responses.Read($$"""{"model":"m","input":"hi","tool_choice":{{choice}}}""").ToolChoice.ShouldBe(new ToolChoice(mode));

    [Fact]
    public void Allowed_tools_are_all_tools()
    {
        var request = Responses.Read("""
            {"model":"m","input":"hi","tools":[{"type":"function","name":"f"},{"type":"function","name":"g"}],"tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"g"}]}}
            """);

        request.Tools.Single().Name.ShouldBe("g");
        request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceMode.Required));
    }

    [Fact]
    public void A_tool_of_text_becomes_a_function_with_one()
    {
        var request = Responses.Read("""
            {"model":"m","tools":[{"type":"custom","name":"sh","description":"Runs.","format":{"type":"grammar","syntax":"lark","definition":"start: /.+/"}}],"input":[
            {"type":"custom_tool_call","call_id":"c","name":"sh","input":"ls \"a\""},{"type":"custom_tool_call_output","call_id":"c","output":"x"}]}
            """);

        var tool = request.Tools.Single();
        (tool.Name, tool.TakesText).ShouldBe(("sh", true));
        tool.Description!.ShouldContain("start: /.+/");
        tool.Schema.ToString().ShouldContain("\"input\"");
        ((ToolCallPart)request.Turns[0].Parts[0]).Arguments.ShouldBe("""{"input":"ls \"a\""}""");
        ((ToolResultPart)request.Turns[1].Parts[0]).Name.ShouldBe("sh");
        request.Unsayable.Single().Rule.Outcome.ShouldBe(FidelityOutcome.Approximated);
    }

    [Fact]
    public void Thoughts_remember_whose_they_are()
    {
        Thought("tollgate:anthropic:signature:EqoB+/Zz09==").ShouldBe(
            new ReasoningPart("hm", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "EqoB+/Zz09==")) { Pointer = "/input/0" });
        Thought("tollgate:anthropic:redacted:a:b").Token.ShouldBe(new OpaqueToken("anthropic", OpaqueTokenKind.Redacted, "a:b"));
        Thought("tollgate:odd").Token.ShouldBe(new OpaqueToken("openai", OpaqueTokenKind.Encrypted, "tollgate:odd"));
        Thought("").Token.ShouldBeNull();
    }

    [Fact]
    public void The_token_of_a_call_goes_back_on_it()
    {
        var parts = Responses.ReadItems("""
            {"type":"reasoning","summary":[],"encrypted_content":"tollgate:gemini:call:c2ln"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call","call_id":"d","name":"f","arguments":"{}"}
            """).Turns[0].Parts;

        parts.Cast<ToolCallPart>().Select(c => c.Token).ShouldBe([new OpaqueToken("gemini", OpaqueTokenKind.Signature, "c2ln"), null]);
    }

    [Fact]
    public void Raw_thoughts_win_over_their_summary()
    {
        var part = (ReasoningPart)Responses.ReadItems("""
            {"type":"reasoning","summary":[{"type":"summary_text","text":"short"}],"content":[{"type":"reasoning_text","text":"a"},{"type":"reasoning_text","text":"b"}]}
            """).Turns[0].Parts[0];

        part.Text.ShouldBe("a\n\nb");
    }

    [Fact]
    public void Items_that_only_OpenAI_knows_are_kept_apart()
    {
        var request = Responses.ReadItems("""{"type":"web_search_call","id":"ws_1","status":"completed"},{"type":"computer_call_output","call_id":"c","output":{}}""");

        request.Turns.Select(t => (t.Role, ((OpaquePart)t.Parts[0]).Dialect)).ShouldBe([(Role.Assistant, "openai.responses"), (Role.User, "openai.responses")]);
    }

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\"", "previous_response_id", FidelityOutcome.Refused, "/previous_response_id")]
    [InlineData("\"conversation\":{\"id\":\"conv_1\"}", "conversation", FidelityOutcome.Refused, "/conversation")]
    [InlineData("\"prompt\":{\"id\":\"p\"}", "prompt", FidelityOutcome.Refused, "/prompt")]
    [InlineData("\"background\":true", "background", FidelityOutcome.Refused, "/background")]
    [InlineData("\"store\":true", "store", FidelityOutcome.Dropped, "/store")]
    [InlineData("\"truncation\":\"auto\"", "truncation auto", FidelityOutcome.Dropped, "/truncation")]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]", "built-in tool", FidelityOutcome.Refused, "/tools/0")]
    [InlineData("\"tools\":[{\"type\":\"custom\",\"name\":\"c\"}]", "custom tool", FidelityOutcome.Approximated, "/tools/0")]
    [InlineData("\"tool_choice\":{\"type\":\"file_search\"}", "tool_choice of a built-in tool", FidelityOutcome.Refused, "/tool_choice")]
    public void What_nobody_else_can_say_is_announced(string member, string field, FidelityOutcome outcome, string pointer)
    {
        var entry = Responses.Read($$"""{"model":"m","input":"hi",{{member}}}""").Unsayable.ShouldHaveSingleItem();

        (entry.Rule.Field, entry.Rule.Outcome, entry.Pointer).ShouldBe((field, outcome, pointer));
    }

    [Fact]
    public void Every_rule_of_requests_has_its_case()
    {
        var cases = typeof(RequestReaderTests).GetMethod(nameof(What_nobody_else_can_say_is_announced))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(d => (string)d.Data[1]!);

        Tollgate.Protocols.Dialects.OpenAIResponses.OpenAIResponsesClient.Instance.RequestRules.Select(r => r.Field).Order()
            .ShouldBe(cases.Append("item_reference").Append("item_reference of reasoning").Order());
    }

    [Theory]
    [InlineData("""{"type":"item_reference","id":"msg_1"}""")]
    [InlineData("""{"id":"msg_1"}""")]
    public void A_reference_to_an_item_is_refused(string item)
        => Responses.ReadItems(item).Unsayable.Single().ShouldSatisfyAllConditions(e => e.Rule.Field.ShouldBe("item_reference"), e => e.Pointer.ShouldBe("/input/0"));

    [Fact]
    public void Thoughts_that_are_only_named_are_left_out()
        => Responses.ReadItems("""{"role":"user","content":"x"},{"type":"item_reference","id":"rs_1"}""").Unsayable.Single().Rule.ShouldSatisfyAllConditions(
            r => r.Field.ShouldBe("item_reference of reasoning"), r => r.Outcome.ShouldBe(FidelityOutcome.Dropped));

    [Theory]
    [InlineData("""{"model":"m"}""", "/input")]
    [InlineData("""{"model":"m","input":7}""", "/input")]
    [InlineData("""{"model":"m","input":[7]}""", "/input/0")]
    [InlineData("""{"model":"m","input":[{"role":"judge","content":"x"}]}""", "/input/0/role")]
    [InlineData("""{"model":"m","input":[{"role":"user"}]}""", "/input/0/content")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_video"}]}]}""", "/input/0/content/0/type")]
    [InlineData("""{"model":"m","input":[{"role":"system","content":[{"type":"input_image","image_url":"https://a.example/a.png"}]}]}""", "/input/0/content")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]}""", "/input/0/call_id")]
    [InlineData("""{"model":"m","input":[{"type":"function_call_output","call_id":"c"}]}""", "/input/0/output")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_image"}]}]}""", "/input/0/content/0")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_file"}]}]}""", "/input/0/content/0")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function"}]}""", "/tools/0/name")]
    [InlineData("""{"model":"m","input":"x","tool_choice":"any"}""", "/tool_choice")]
    [InlineData("""{"model":"m","input":"x","text":{"format":{"type":"json_schema"}}}""", "/text/format/schema")]
    [InlineData("""{"model":"m","input":"x","text":{"format":{"type":"xml"}}}""", "/text/format/type")]
    [InlineData("""{"model":"m","input":"x","max_output_tokens":0}""", "/max_output_tokens")]
    [InlineData("""{"model":"m","input":"x","include":["message.output_text.logprobs"],"top_logprobs":99}""", "/top_logprobs")]
    public void What_breaks_the_rules_is_told_with_its_place(string body, string pointer)
        => Should.Throw<ChatFormatException>(() => Responses.Read(body)).Pointer.ShouldBe(pointer);
}
