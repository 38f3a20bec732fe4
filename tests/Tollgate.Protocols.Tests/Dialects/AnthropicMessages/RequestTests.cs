using System.Text.Json.Nodes;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Bench;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

public sealed class RequestTests
{
    [Fact]
    public void Says_everything_of_a_rich_conversation()
    {
        var request = Plain with
        {
            System = [new("Metric units.") { Cache = new(null) }, new("Be brief.")],
            Turns =
            [
                User(new TextPart("How tall?"), new MediaPart(MediaKind.Image, new InlineSource("image/png", "iVBO")) { Cache = new("1h") }),
                Assistant(
                    new ReasoningPart("Measure both.", Signed("c2ln+/=")),
                    new ReasoningPart(null, new("anthropic", OpaqueTokenKind.Redacted, "cmVk")),
                    new TextPart("Measuring."),
                    new ToolCallPart("t1", "measure", """{"item": "door","n":1.0}"""),
                    new ToolCallPart("t2", "measure", "{}")),
                User(new ToolResultPart("t1", [new TextPart("203 cm")], false)),
                User(new TextPart("Well?"), new ToolResultPart("t2", [new TextPart("no"), new MediaPart(MediaKind.Image, new UrlSource("https://x.example/a.gif", null))], true)),
            ],
            Tools = [new("measure", "Measures.", RawJson.From("""{"type":"object","properties":{"item":{"type":"string"}}}""")) { Strict = true }],
            ToolChoice = new(ToolChoiceMode.Auto),
            ParallelToolCalls = false,
            Temperature = 0.2,
            TopK = 5,
            Stop = ["Q"],
            Output = new(RawJson.From("""{"type":"object"}"""), "door", true),
            User = "u-1",
            Stream = true,
        };

        var (json, log) = Ask(request);

        log.Entries.ShouldBeEmpty();
        json.ShouldContain("""
            "input":{"item": "door","n":1.0}
            """.Trim());
        json.ShouldContain("\"temperature\":0.2,");
        json.ShouldBeJson("""
            {"model":"claude-sonnet-4-5-20250929","max_tokens":100,
             "tools":[{"name":"measure","description":"Measures.","input_schema":{"type":"object","properties":{"item":{"type":"string"}}},"strict":true}],
             "tool_choice":{"type":"auto","disable_parallel_tool_use":true},
             "system":[{"type":"text","text":"Metric units.","cache_control":{"type":"ephemeral"}},{"type":"text","text":"Be brief."}],
             "messages":[
              {"role":"user","content":[{"type":"text","text":"How tall?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"},"cache_control":{"type":"ephemeral","ttl":"1h"}}]},
              {"role":"assistant","content":[
               {"type":"thinking","thinking":"Measure both.","signature":"c2ln+/="},{"type":"redacted_thinking","data":"cmVk"},{"type":"text","text":"Measuring."},
               {"type":"tool_use","id":"t1","name":"measure","input":{"item":"door","n":1.0}},{"type":"tool_use","id":"t2","name":"measure","input":{}}]},
              {"role":"user","content":[
               {"type":"tool_result","tool_use_id":"t1","content":"203 cm"},
               {"type":"tool_result","tool_use_id":"t2","content":[{"type":"text","text":"no"},{"type":"image","source":{"type":"url","url":"https://x.example/a.gif"}}],"is_error":true},
               {"type":"text","text":"Well?"}]}],
             "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},
             "temperature":0.2,"top_k":5,"stop_sequences":["Q"],"metadata":{"user_id":"u-1"},"stream":true}
            """);
    }

    [Fact]
    public void Says_again_what_a_client_of_the_same_dialect_said()
    {
        const string Body = """
            {"model":"claude-sonnet-4-5-20250929","max_tokens":2000,
             "tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral","ttl":"5m"}},{"type":"web_search_20250305","name":"web_search","max_uses":3}],
             "tool_choice":{"type":"none"},
             "system":[{"type":"text","text":"S"}],
             "messages":[
              {"role":"user","content":[
                {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"T","context":"C","citations":{"enabled":true}},
                {"type":"document","source":{"type":"text","media_type":"text/plain","data":"plain"}},
                {"type":"document","source":{"type":"url","url":"https://x.example/a.pdf"}},
                {"type":"document","source":{"type":"file","file_id":"file_1"}},
                {"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}},
                {"type":"image","source":{"type":"file","file_id":"file_2"}},
                {"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"x"}]}]},
              {"role":"assistant","content":[
                {"type":"thinking","thinking":"","signature":"only"},
                {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"q":1}},
                {"type":"text","text":"cited","citations":[{"type":"char_location","cited_text":"p"}]},
                {"type":"tool_use","id":"a-1_B","name":"f","input":{"x": 1e-7}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"a-1_B","cache_control":{"type":"ephemeral"}}]}],
             "thinking":{"type":"enabled","budget_tokens":1500,"display":"omitted"},
             "metadata":{"user_id":"u"},
             "service_tier":"standard_only","container":"c1","stream":false}
            """;

        var (json, log) = Ask(Read(Body));

        log.Entries.ShouldBeEmpty();
        json.ShouldBeJson(Body);
        json.ShouldContain("""{"x": 1e-7}""");
    }

    [Theory]
    [InlineData("claude-3-haiku-20240307", 4096)]
    [InlineData("us.anthropic.claude-3-5-sonnet-20241022-v2:0", 8192)]
    [InlineData("claude-3-7-sonnet-latest", 64000)]
    [InlineData("claude-sonnet-4@20250514", 64000)]
    [InlineData("claude-opus-4-1-20250805", 32000)]
    [InlineData("claude-opus-4-5-20251101", 64000)]
    [InlineData("claude-haiku-4-5", 64000)]
    [InlineData("claude-opus-5", 64000)]
    [InlineData("claude-mythos-preview", 64000)]
    public void Asks_for_the_longest_answer_of_the_model_when_none_is_given(string model, int tokens)
    {
        var (json, log) = Ask(Plain with { MaxTokens = null }, model);
        ((int)JsonNode.Parse(json)!["max_tokens"]!).ShouldBe(tokens);
        log.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ToolChoiceMode.Auto, null, """{"type":"auto"}""")]
    [InlineData(ToolChoiceMode.Required, null, """{"type":"any"}""")]
    [InlineData(ToolChoiceMode.Required, false, """{"type":"any","disable_parallel_tool_use":true}""")]
    [InlineData(ToolChoiceMode.Named, null, """{"type":"tool","name":"f"}""")]
    [InlineData(ToolChoiceMode.None, false, """{"type":"none"}""")]
    [InlineData(null, false, """{"type":"auto","disable_parallel_tool_use":true}""")]
    [InlineData(null, true, "null")]
    public void Says_which_tools_may_be_called(ToolChoiceMode? mode, bool? parallel, string expected)
    {
        var request = Plain with { Tools = [Tool("f")], ParallelToolCalls = parallel, ToolChoice = mode is { } m ? new(m, m == ToolChoiceMode.Named ? "f" : null) : null };
        Asked(request)["tool_choice"].ShouldBeJson(expected);
    }

    [Fact]
    public void Leaves_out_a_choice_among_no_tools()
        => Asked(Plain with { ToolChoice = new(ToolChoiceMode.Auto), ParallelToolCalls = false }).AsObject().ShouldNotContainKey("tool_choice");

    [Theory]
    [InlineData("", """{"type":"object","properties":{}}""")]
    [InlineData("null", """{"type":"object","properties":{}}""")]
    [InlineData("""{"properties":{"a":{}}}""", """{"type":"object","properties":{"a":{}}}""")]
    public void Gives_every_tool_a_schema_with_a_type(string schema, string expected)
        => Asked(Plain with { Tools = [new("f", null, schema.Length == 0 ? default : RawJson.From(schema))] })["tools"]![0]!["input_schema"].ShouldBeJson(expected);

    [Fact]
    public void Keeps_names_and_ids_of_calls_and_results_together()
    {
        var request = Plain with
        {
            Tools = [Tool("a.b")],
            Turns =
            [
                User("go"),
                Assistant(new ToolCallPart("x|1", "a.b", "{}"), new ToolCallPart("x:1", "a.b", "{}"), new ToolCallPart("x_1", "a.b", "{}")),
                User(new ToolResultPart("x:1", [], false), new ToolResultPart("x|1", [], false), new ToolResultPart("x_1", [], false)),
            ],
        };

        var asked = Asked(request);
        var calls = asked["messages"]![1]!["content"]!.AsArray().Select(c => (string)c!["id"]!).ToArray();
        var results = asked["messages"]![2]!["content"]!.AsArray().Select(c => (string)c!["tool_use_id"]!).ToArray();

        calls.Distinct().Count().ShouldBe(3);
        calls[2].ShouldBe("x_1");
        calls.ShouldAllBe(id => System.Text.RegularExpressions.Regex.IsMatch(id, "^[a-zA-Z0-9_-]+$"));
        results.ShouldBe([calls[1], calls[0], calls[2]]);
        ((string)asked["tools"]![0]!["name"]!).ShouldBe("a_b");
        Fold(Unary("""{"content":[{"type":"tool_use","id":"t","name":"a_b","input":{}}],"stop_reason":"tool_use"}""", request))
            .Choices.Single().Parts.Single().ShouldBe(new ToolCallPart("t", "a.b", "{}"));
    }

    [Fact]
    public void Leaves_out_turns_of_which_nothing_remains_and_joins_their_neighbours()
    {
        var request = Plain with { Turns = [User("a"), Assistant(new TextPart("")), User("b")] };
        Asked(request)["messages"].ShouldBeJson("""[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""");
    }

    [Fact]
    public void Keeps_white_space_between_words()
        => Asked(Plain with { Turns = [User(new TextPart("a"), new TextPart("\n"), new TextPart(""), new TextPart(" b "))] })["messages"]![0]!["content"].ShouldBeJson("""
            [{"type":"text","text":"a"},{"type":"text","text":"\n"},{"type":"text","text":" b "}]
            """);

    [Fact]
    public void Takes_documents_out_of_image_parts()
    {
        var request = Plain with
        {
            Turns = [User(new MediaPart(MediaKind.Image, new InlineSource("application/pdf", "JVBE")), new MediaPart(MediaKind.Image, new UrlSource("https://x.example/a.PDF?v=1", null)), new DocumentPart(new InlineSource("text/csv", "YSxi"), "t.csv"))],
        };
        Asked(request)["messages"]![0]!["content"].ShouldBeJson("""
            [{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"}},
             {"type":"document","source":{"type":"url","url":"https://x.example/a.PDF?v=1"}},
             {"type":"document","source":{"type":"text","media_type":"text/plain","data":"a,b"},"title":"t.csv"}]
            """);
    }

    [Fact]
    public void Closes_the_objects_of_a_response_schema_and_touches_nothing_else()
    {
        const string Open = """
            {"type":"object","properties":{
              "a":{"type":"array","items":{"type":"object","properties":{"properties":{"type":"string"}}}},
              "b":{"anyOf":[{"$ref":"#/$defs/d"},{"type":"null"}]},
              "c":{"const":{"properties":{}}},
              "e":{"type":"object","properties":{},"additionalProperties":false},
              "f":{"type":"object"}},
             "required":["a"],"$defs":{"d":{"type":"object","properties":{"n":{"type":"number","minimum":1.0}}}}}
            """;
        Asked(Plain with { Output = new(RawJson.From(Open)) })["output_config"]!["format"]!["schema"].ShouldBeJson("""
            {"type":"object","properties":{
              "a":{"type":"array","items":{"type":"object","properties":{"properties":{"type":"string"}},"additionalProperties":false}},
              "b":{"anyOf":[{"$ref":"#/$defs/d"},{"type":"null"}]},
              "c":{"const":{"properties":{}}},
              "e":{"type":"object","properties":{},"additionalProperties":false},
              "f":{"type":"object"}},
             "required":["a"],"$defs":{"d":{"type":"object","properties":{"n":{"type":"number","minimum":1.0}},"additionalProperties":false}},"additionalProperties":false}
            """);

        const string Closed = """{"type": "object","properties":{"x":{"type":"string"}}, "additionalProperties":false}""";
        Ask(Plain with { Output = new(RawJson.From(Closed)) }).Json.ShouldContain("\"schema\":" + Closed);
    }

    [Fact]
    public void Writes_the_members_that_only_this_api_knows_for_any_client()
    {
        var request = Plain with { Extras = [new("container", RawJson.From("\"c\"")), new("service_tier", RawJson.From("\"auto\""))] };
        var (json, log) = Ask(request);
        JsonNode.Parse(json)!["container"].ShouldBeJson("\"c\"");
        JsonNode.Parse(json)!["service_tier"].ShouldBeJson("\"auto\"");
        log.Entries.ShouldBeEmpty();
    }
}
