using System.Text.Json;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.BedrockConverse.Converse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

public sealed class RequestGoldenTests
{
    [Fact]
    public void A_plain_question_is_written_with_its_parameters_and_without_model_or_stream()
    {
        var request = Hi with { MaxTokens = 50, Temperature = 0.2, TopP = 0.9, Stop = ["END"], Stream = true, IncludeUsage = true };

        Write(request).ShouldBe("""{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":50,"temperature":0.2,"topP":0.9,"stopSequences":["END"]}}""");
    }

    [Fact]
    public void A_conversation_with_instructions_images_documents_tools_thinking_and_caching_is_said_whole()
    {
        var request = Ask(
            User(
                new TextPart("What is it?") { Cache = new CacheHint(null) },
                new MediaPart(MediaKind.Image, new InlineSource("image/png", "iVBORw0KGgo+/w==")),
                new DocumentPart(new InlineSource("application/pdf", "JVBERi0x"), "report") { Context = "annual", Citations = true },
                new DocumentPart(new TextSource("plain"), null),
                new MediaPart(MediaKind.Video, new UrlSource("s3://bucket/film.mp4", null))),
            Assistant(
                new ReasoningPart("Two places. ", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "c2ln+/=")),
                new ReasoningPart(null, new OpaqueToken("anthropic", OpaqueTokenKind.Redacted, "cmVk")),
                new TextPart("I look."),
                new ToolCallPart("t1", "weather", """{"city": "Lima", "n": 1.0}"""),
                new ToolCallPart("t2", "weather", "")),
            User(new ToolResultPart("t1", [new TextPart("19 °C"), new MediaPart(MediaKind.Image, new InlineSource("image/jpg", "AAAA"))], IsError: false)),
            User(new ToolResultPart("t2", [new TextPart("no city")], IsError: true) { Cache = new CacheHint("1h") }, new TextPart("Go on."))) with
        {
            System = [new TextPart("Be brief.") { Cache = new CacheHint("5m") }, new TextPart("Metric units.")],
            Tools = [Tool("weather", """{"type":"object","properties":{"city":{"type":"string"}}}""") with { Description = "Weather", Cache = new CacheHint(null), Strict = true }],
            ToolChoice = new ToolChoice(ToolChoiceMode.Auto),
            Reasoning = new Reasoning { Enabled = true, BudgetTokens = 2000 },
            MaxTokens = 4000,
        };

        var wanted = """
        {
        "system":[{"text":"Be brief."},{"cachePoint":{"type":"default","ttl":"5m"}},{"text":"Metric units."}],
        "messages":[
        {"role":"user","content":[{"text":"What is it?"},{"cachePoint":{"type":"default"}},
        {"image":{"format":"png","source":{"bytes":"iVBORw0KGgo+/w=="}}},
        {"document":{"format":"pdf","name":"report","source":{"bytes":"JVBERi0x"},"context":"annual","citations":{"enabled":true}}},
        {"document":{"format":"txt","name":"document","source":{"text":"plain"}}},
        {"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://bucket/film.mp4"}}}}]},
        {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Two places. ","signature":"c2ln+/="}}},
        {"reasoningContent":{"redactedContent":"cmVk"}},{"text":"I look."},
        {"toolUse":{"toolUseId":"t1","name":"weather","input":{"city": "Lima", "n": 1.0}}},
        {"toolUse":{"toolUseId":"t2","name":"weather","input":{}}}]},
        {"role":"user","content":[
        {"toolResult":{"toolUseId":"t1","content":[{"text":"19 °C"},{"image":{"format":"jpeg","source":{"bytes":"AAAA"}}}]}},
        {"toolResult":{"toolUseId":"t2","content":[{"text":"no city"}],"status":"error"}},{"cachePoint":{"type":"default","ttl":"1h"}},
        {"text":"Go on."}]}],
        "inferenceConfig":{"maxTokens":4000},
        "toolConfig":{"tools":[{"toolSpec":{"name":"weather","description":"Weather","inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}}}},"strict":true}},
        {"cachePoint":{"type":"default"}}],"toolChoice":{"auto":{}}},
        "additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}
        }
        """;
        Write(request, Sonnet45).ShouldBe(wanted.ReplaceLineEndings(""));
    }

    [Fact]
    public void Numbers_and_text_stay_as_they_were_given()
    {
        var request = Ask(User("Grüße \"世界\" 🧑‍🚀 <b>&'+")) with { Temperature = 0.1 };

        var body = Write(request);

        body.ShouldContain("\"temperature\":0.1}");
        body.ShouldContain("Grüße \\\"世界\\\"");
        body.ShouldContain("<b>&'+");
        using var document = JsonDocument.Parse(body);
        document.RootElement.GetProperty("messages")[0].GetProperty("content")[0].GetProperty("text").GetString()
            .ShouldBe("Grüße \"世界\" 🧑‍🚀 <b>&'+");
    }

    [Fact]
    public void A_response_schema_is_a_text_that_holds_JSON()
    {
        var request = Hi with { Output = new OutputFormat(RawJson.From("""{"type":"object"}"""), "answer", Strict: true, "The answer") };

        Write(request).ShouldContain("""
            "outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"answer","description":"The answer"}}}}
            """);
    }

    [Fact]
    public void Guided_json_is_a_response_schema() => Write(Hi.With("guided_json", """{"type":"object"}"""))
        .ShouldContain("""{"jsonSchema":{"schema":"{\"type\":\"object\"}"}}""");

    [Fact]
    public void Members_that_Converse_knows_pass_and_the_clients_own_additional_fields_win()
    {
        var request = (Hi with { TopK = 40 })
            .With("additionalModelRequestFields", """{"top_k": 7, "x": [1.0]}""")
            .With("additionalModelResponseFieldPaths", """["/stop_sequence"]""")
            .With("anthropic_beta", """["context-1m-2025-08-07"]""")
            .With("guardrailConfig", """{"guardrailIdentifier":"g"}""")
            .With("performanceConfig", """{"latency":"optimized"}""")
            .With("requestMetadata", """{"team":"a"}""")
            .With("service_tier", "\"flex\"")
            .With("stream_options", """{"include_usage":true}""")
            .With("logit_bias", "null");

        Write(request).ShouldEndWith(""""
            "additionalModelRequestFields":{"top_k":7,"x":[1.0],"anthropic_beta":["context-1m-2025-08-07"]},"guardrailConfig":{"guardrailIdentifier":"g"},"performanceConfig":{"latency":"optimized"},"requestMetadata":{"team":"a"},"serviceTier":{"type":"flex"},"additionalModelResponseFieldPaths":["/stop_sequence"]}
            """");
    }

    [Fact]
    public void Anthropics_clients_are_told_the_stop_sequence() => Write(Hi with { Stop = ["END"], Dialect = "anthropic.messages" })
        .ShouldEndWith("""
            "additionalModelResponseFieldPaths":["/stop_sequence"]}
            """);

    [Fact]
    public void Cache_control_of_the_whole_request_marks_its_last_block() => Write(Hi.With("cache_control", """{"type":"ephemeral","ttl":"1h"}"""))
        .ShouldContain("""[{"text":"hi"},{"cachePoint":{"type":"default","ttl":"1h"}}]""");

    [Fact]
    public void The_mark_of_a_block_that_is_left_out_stays_on_the_one_before() =>
        Write(Ask(User(new TextPart("hi"), new TextPart("") { Cache = new CacheHint(null) })))
            .ShouldContain("""[{"text":"hi"},{"cachePoint":{"type":"default"}}]""");

    [Theory]
    [InlineData(null, """{"type":"object","properties":{}}""")]
    [InlineData("{}", """{"type":"object","properties":{}}""")]
    [InlineData(""" { "properties" : {"a":{"type":"string"}} } """, """{"type":"object", "properties" : {"a":{"type":"string"}} }""")]
    public void A_schema_always_says_that_it_is_of_an_object(string? schema, string written) =>
        Write(Hi with { Tools = [Tool("ping", schema)] }).ShouldContain("""{"toolSpec":{"name":"ping","inputSchema":{"json":""" + written + "}}}");

    [Theory]
    [InlineData(ToolChoiceMode.Auto, """{"auto":{}}""")]
    [InlineData(ToolChoiceMode.Required, """{"any":{}}""")]
    [InlineData(ToolChoiceMode.Named, """{"tool":{"name":"ping"}}""")]
    public void Tool_choices_have_Converses_names(ToolChoiceMode mode, string written) =>
        Write(Hi with { Tools = [Tool("ping")], ToolChoice = new ToolChoice(mode, mode == ToolChoiceMode.Named ? "ping" : null) })
            .ShouldContain("\"toolChoice\":" + written);

    [Fact]
    public void A_forced_tool_has_the_name_that_Converse_takes()
    {
        var request = Hi with { Tools = [Tool("my.tool")], ToolChoice = new ToolChoice(ToolChoiceMode.Named, "my.tool") };

        Rules(request).Body.ShouldContain("""{"tools":[{"toolSpec":{"name":"my_tool","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"tool":{"name":"my_tool"}}}""");
    }

    [Fact]
    public void Ids_are_cleaned_alike_in_call_and_result_and_each_is_used_once()
    {
        var request = Ask(
            User("a"),
            Assistant(new ToolCallPart("call.1", "f", "{}"), new ToolCallPart("call_1", "f", "{}")),
            User(new ToolResultPart("call_1", [new TextPart("second")], IsError: false), new ToolResultPart("call.1", [new TextPart("first")], IsError: false)),
            Assistant(new ToolCallPart("call_1", "f", "{}")),
            User(new ToolResultPart("call_1", [new TextPart("third")], IsError: false))) with
        { Tools = [Tool("f")] };

        using var document = JsonDocument.Parse(Rules(request).Body);
        var blocks = document.RootElement.GetProperty("messages").EnumerateArray().SelectMany(m => m.GetProperty("content").EnumerateArray()).ToArray();
        var calls = blocks.Where(b => b.TryGetProperty("toolUse", out _)).Select(b => b.GetProperty("toolUse").GetProperty("toolUseId").GetString()).ToArray();
        var results = blocks
            .Where(b => b.TryGetProperty("toolResult", out _))
            .Select(b => b.GetProperty("toolResult"))
            .ToDictionary(r => r.GetProperty("content")[0].GetProperty("text").GetString()!, r => r.GetProperty("toolUseId").GetString());
        calls.ShouldBe(["call_1_2", "call_1", "call_1_3"]);
        results["first"].ShouldBe("call_1_2");
        results["second"].ShouldBe("call_1");
        results["third"].ShouldBe("call_1_3");
    }

    [Fact]
    public void An_id_without_a_good_character_or_too_long_is_replaced()
    {
        var request = Ask(
            User("a"),
            Assistant(new ToolCallPart(new string('x', 65), "f", "{}"), new ToolCallPart("ü", "f", "{}"))) with
        { Tools = [Tool("f")] };

        var body = Rules(request).Body;

        body.ShouldContain($"\"toolUseId\":\"{new string('x', 64)}\"");
        body.ShouldContain("\"toolUseId\":\"_\"");
    }

    [Fact]
    public void Names_of_documents_are_cleaned_and_each_is_used_once()
    {
        Part Document(string? name) => new DocumentPart(new InlineSource("text/csv", "AA=="), name);
        var body = Rules(Ask(User(new TextPart("x"), Document("a  b.csv"), Document("a b-csv"), Document(null), Document(" "), Document(new string('n', 300))))).Body;

        using var document = JsonDocument.Parse(body);
        document.RootElement.GetProperty("messages")[0].GetProperty("content").EnumerateArray().Skip(1)
            .Select(b => b.GetProperty("document").GetProperty("name").GetString())
            .ShouldBe(["a b-csv", "a b-csv (2)", "document", "document (2)", new string('n', 200)]);
    }
}
