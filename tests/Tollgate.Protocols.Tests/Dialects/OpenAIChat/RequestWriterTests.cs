using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIChat;

public sealed class RequestWriterTests
{
    private static readonly Tool Measure = new("measure", "Tells heights", RawJson.From("""{"type":"object","properties":{"item":{"type":"string"}}}"""));

    private static string Same(string json) => json.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal);

    [Fact]
    public void A_conversation_with_tools_images_and_documents_keeps_its_order()
    {
        var request = new ChatRequest
        {
            Dialect = "anthropic.messages",
            System = [new TextPart("Metric units."), new TextPart(""), new TextPart("Be terse.")],
            Turns =
            [
                new(Role.User, [new TextPart("How tall?"), new MediaPart(MediaKind.Image, new InlineSource("image/png", "aW1n")) { Detail = "low" }]),
                new(Role.Assistant, [new TextPart("Let me see.")]),
                new(Role.Assistant, [new ToolCallPart("t1", "measure", "{\"item\": \"dö\\u0072r\"}"), new ToolCallPart("t2", "measure", "{}")]),
                new(Role.User, [new TextPart("And quick."), new ToolResultPart("t1", [new TextPart("203 cm")], false)]),
                new(Role.User, [new ToolResultPart("t2", [new TextPart("a"), new TextPart("b")], false)]),
                new(Role.Assistant, [new RefusalPart("No.")]),
                new(Role.User,
                [
                    new DocumentPart(new InlineSource("application/pdf", "cGRm"), "door.pdf"), new MediaPart(MediaKind.Audio, new InlineSource("audio/mpeg", "bXAz")),
                    new MediaPart(MediaKind.Image, new UrlSource("https://example.com/a.png", null)),
                ]),
            ],
        };

        Chat.WriteRequest(request).ShouldBe(Same("""
            {"model":"m-1","messages":[
            {"role":"system","content":[{"type":"text","text":"Metric units."},{"type":"text","text":"Be terse."}]},
            {"role":"user","content":[{"type":"text","text":"How tall?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aW1n","detail":"low"}}]},
            {"role":"assistant","content":"Let me see.","tool_calls":[
            {"id":"t1","type":"function","function":{"name":"measure","arguments":"{\"item\": \"dö\\u0072r\"}"}},
            {"id":"t2","type":"function","function":{"name":"measure","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"t1","content":"203 cm"},
            {"role":"tool","tool_call_id":"t2","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
            {"role":"user","content":"And quick."},
            {"role":"assistant","content":null,"refusal":"No."},
            {"role":"user","content":[{"type":"file","file":{"filename":"door.pdf","file_data":"data:application/pdf;base64,cGRm"}},
            {"type":"input_audio","input_audio":{"data":"bXAz","format":"mp3"}},
            {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}
            """));
    }

    [Fact]
    public void Parameters_are_written_as_they_were_given()
    {
        var request = Chat.Question with
        {
            Tools = [Measure with { Strict = true }],
            ToolChoice = new(ToolChoiceMode.Named, "measure"),
            ParallelToolCalls = false,
            MaxTokens = 64,
            Temperature = 0.2,
            TopP = 1,
            PresencePenalty = -0.5,
            FrequencyPenalty = 0.1,
            Seed = 7,
            Count = 2,
            Stop = ["Q", "R"],
            Logprobs = true,
            TopLogprobs = 3,
            Reasoning = new() { Effort = "low" },
            Output = new(RawJson.From("""{"type":"object"}"""), "answer", true, "An answer"),
            User = "u-1",
            Stream = true,
        };

        Chat.WriteRequest(request).ShouldBe(Same("""
            {"model":"m-1","messages":[{"role":"user","content":"hi"}],
            "tools":[{"type":"function","function":{"name":"measure","description":"Tells heights","parameters":{"type":"object","properties":{"item":{"type":"string"}}},"strict":true}}],
            "tool_choice":{"type":"function","function":{"name":"measure"}},"parallel_tool_calls":false,"max_tokens":64,"temperature":0.2,"top_p":1,
            "presence_penalty":-0.5,"frequency_penalty":0.1,"seed":7,"n":2,"logprobs":true,"top_logprobs":3,"stop":["Q","R"],"reasoning_effort":"low",
            "response_format":{"type":"json_schema","json_schema":{"name":"answer","description":"An answer","strict":true,"schema":{"type":"object"}}},
            "user":"u-1","stream":true,"stream_options":{"include_usage":true}}
            """));
    }

    [Theory]
    [InlineData("gpt-4o-mini", "max_tokens")]
    [InlineData("llama-3.3-70b", "max_tokens")]
    [InlineData("olmo-2", "max_tokens")]
    [InlineData("o3-mini", "max_completion_tokens")]
    [InlineData("o1", "max_completion_tokens")]
    [InlineData("gpt-5.1", "max_completion_tokens")]
    [InlineData("ft:o4-mini:org", "max_completion_tokens")]
    [InlineData("ft:gpt-4o-mini:org", "max_tokens")]
    [InlineData("openai/gpt-5-nano", "max_completion_tokens")]
    public void The_limit_has_the_name_that_the_model_knows(string model, string member)
        => Chat.WriteRequest(Chat.Question with { MaxTokens = 5 }, model).ShouldEndWith($",\"{member}\":5}}");

    [Theory]
    [InlineData(ToolChoiceMode.Auto, "auto")]
    [InlineData(ToolChoiceMode.None, "none")]
    [InlineData(ToolChoiceMode.Required, "required")]
    public void Tool_choice_is_a_word(ToolChoiceMode mode, string word)
        => Chat.WriteRequest(Chat.Question with { Tools = [Measure], ToolChoice = new(mode) }).ShouldEndWith($"\"tool_choice\":\"{word}\"}}");

    [Fact]
    public void A_choice_without_tools_is_left_out()
        => Chat.WriteRequest(Chat.Question with { ToolChoice = new(ToolChoiceMode.Auto), ParallelToolCalls = true }).ShouldEndWith("\"content\":\"hi\"}]}");

    [Theory]
    [InlineData("", """{"type":"object","properties":{}}""")]
    [InlineData("""{"type":"object","additionalProperties":false}""", """{"type":"object","additionalProperties":false,"properties":{}}""")]
    [InlineData("""{"anyOf":[]}""", """{"anyOf":[]}""")]
    [InlineData("""{"type":"object","\ud83d":1}""", """{"type":"object","\ud83d":1,"properties":{}}""")]
    public void A_tool_always_has_a_schema_with_properties(string schema, string written)
        => Chat.WriteRequest(Chat.Question with { Tools = [new("f", null, RawJson.From(schema))] }).ShouldContain($"\"parameters\":{written}}}");

    [Fact]
    public void A_deep_schema_is_written_as_it_is()
    {
        var schema = string.Concat(Enumerable.Repeat("{\"items\":", 200)) + "{}" + new string('}', 200);

        Chat.WriteRequest(Chat.Question with { Tools = [new("f", null, RawJson.From(schema))] }).ShouldContain(schema);
    }

    [Fact]
    public void An_object_is_asked_for_without_a_schema()
        => Chat.WriteRequest(Chat.Question with { Output = new(default) }).ShouldEndWith("\"response_format\":{\"type\":\"json_object\"}}");

    [Fact]
    public void A_name_that_openai_does_not_take_is_replaced_both_ways()
    {
        var request = Chat.Question with { Tools = [new("look.up", null, default)], ToolChoice = new(ToolChoiceMode.Named, "look.up") };

        Chat.WriteRequest(request).ShouldContain("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"look_up\"}}");
        var answer = Chat.ReadResponse("""{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"look_up","arguments":"{}"}}]}}]}""", request);
        answer.Single(e => e.Kind == ChatEventKind.ToolCall).Name.ShouldBe("look.up");
    }

    [Fact]
    public void A_long_id_becomes_the_same_short_one_in_call_and_result()
    {
        var id = new string('x', 41);
        var request = new ChatRequest
        {
            Dialect = "openai.responses",
            Turns = [new(Role.Assistant, [new ToolCallPart(id, "f", "{}")]), new(Role.User, [new ToolResultPart(id, [], false)])],
        };

        var written = Chat.WriteRequest(request);

        written.ShouldNotContain(id);
        var shortened = written.Split("\"id\":\"")[1].Split('"')[0];
        shortened.Length.ShouldBeLessThanOrEqualTo(40);
        written.ShouldContain($"\"tool_call_id\":\"{shortened}\",\"content\":\"\"");
    }

    [Fact]
    public void Geminis_signature_goes_back_to_gemini()
    {
        var request = new ChatRequest
        {
            Dialect = "openai.responses",
            Turns = [new(Role.Assistant, [new ToolCallPart("a", "f", "{}") { Token = new("gemini", OpaqueTokenKind.Signature, "c2ln") }])],
        };

        Chat.WriteRequest(request, "google/gemini-3-pro").ShouldContain("\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}}");
    }

    [Theory]
    [InlineData(1024, "low")]
    [InlineData(1025, "medium")]
    [InlineData(8192, "medium")]
    [InlineData(8193, "high")]
    public void A_budget_becomes_an_effort(long budget, string effort)
        => Chat.WriteRequest(Chat.Question with { Reasoning = new() { Enabled = true, BudgetTokens = budget } }, out _).ShouldEndWith($"\"reasoning_effort\":\"{effort}\"}}");

    [Fact]
    public void Media_of_a_result_follow_all_results()
    {
        var request = Chat.Ask(
            new ToolResultPart("a", [new TextPart("see"), new MediaPart(MediaKind.Image, new InlineSource("image/png", "aQ=="))], false),
            new ToolResultPart("b", [new TextPart("ok")], false),
            new TextPart("Well?"));

        Chat.WriteRequest(request, out _).ShouldContain(Same("""
            [{"role":"tool","tool_call_id":"a","content":"see"},{"role":"tool","tool_call_id":"b","content":"ok"},
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aQ=="}}]},{"role":"user","content":"Well?"}]
            """));
    }

    [Fact]
    public void Half_a_surrogate_pair_does_not_break_the_request()
        => Chat.WriteRequest(Chat.Ask(new TextPart("a\ud83d"))).ShouldContain("a\uFFFD");

    [Fact]
    public void Members_of_its_own_dialect_stay_and_no_name_comes_twice()
    {
        var request = Chat.Read("""
            {"messages":[{"role":"user","name":"ann","content":"hi"}],"stream":true,"stream_options":{"include_obfuscation":false},"logit_bias":{"1":2}}
            """);

        Chat.WriteRequest(request, out var log).ShouldEndWith(",\"logit_bias\":{\"1\":2},\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        log.Entries.Select(e => e.Pointer).ShouldBe(["/stream_options", "/messages/0/name"]);
    }

    [Fact]
    public void Members_that_responses_share_with_chat_stay()
    {
        var request = Chat.Question with { Dialect = "openai.responses", Extras = [new("metadata", RawJson.From("{\"a\":\"b\"}")), new("service_tier", RawJson.From("\"flex\""))] };

        Chat.WriteRequest(request).ShouldEndWith(",\"metadata\":{\"a\":\"b\"},\"service_tier\":\"flex\"}");
    }
}
