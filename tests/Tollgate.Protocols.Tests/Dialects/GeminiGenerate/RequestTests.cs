using System.Text.Json;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Asking;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

public sealed class RequestTests
{
    [Fact]
    public void Writes_a_conversation_with_tools_and_a_signed_call()
    {
        var request = Request(
            User("How warm is it in Lima and Oslo?"),
            Model(
                new ReasoningPart("Two calls.", Signed("dGhvdWdodA==")),
                new ToolCallPart("c1", "get weather", """{"city": "Lima", "at": 1.0}""") { Token = Signed("c2ln") },
                new ToolCallPart("c2", "get weather", "")),
            User(new ToolResultPart("c2", [new TextPart("3 °C")], IsError: false) { Name = "get weather" }),
            User(new ToolResultPart("c1", [new TextPart("no"), new TextPart("data")], IsError: true) { Name = "get weather" }, new TextPart("And?")))
            with
        {
            System = [new TextPart("Metric units."), new TextPart("Be short.")],
            Tools = [Function("get weather") with { Description = "Weather now" }, Function("time")],
            ToolChoice = new ToolChoice(ToolChoiceMode.Named, "get weather"),
            MaxTokens = 30,
            Temperature = 0.2,
            Stream = true,
        };

        request.ShouldBecome(Modern, """
            {"contents":[
              {"role":"user","parts":[{"text":"How warm is it in Lima and Oslo?"}]},
              {"role":"model","parts":[
                {"text":"Two calls.","thought":true,"thoughtSignature":"dGhvdWdodA=="},
                {"functionCall":{"name":"get_weather","args":{"city": "Lima", "at": 1.0}},"thoughtSignature":"c2ln"},
                {"functionCall":{"name":"get_weather","args":{}}}]},
              {"role":"user","parts":[
                {"functionResponse":{"name":"get_weather","response":{"error":["no","data"]}}},
                {"functionResponse":{"name":"get_weather","response":{"output":"3 °C"}}},
                {"text":"And?"}]}],
             "systemInstruction":{"parts":[{"text":"Metric units."},{"text":"Be short."}]},
             "tools":[{"functionDeclarations":[
               {"name":"get_weather","description":"Weather now","parametersJsonSchema":{"type":"object","properties":{"city":{"type":"string"}}}},
               {"name":"time","parametersJsonSchema":{"type":"object","properties":{"city":{"type":"string"}}}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["get_weather"]}},
             "generationConfig":{"temperature":0.2,"maxOutputTokens":30}}
            """);
    }

    [Fact]
    public void Writes_every_parameter()
    {
        var request = Hi with
        {
            Temperature = 0.2,
            TopP = 0.95,
            TopK = 40,
            PresencePenalty = -1.5,
            FrequencyPenalty = 1,
            Seed = 7,
            MaxTokens = 100,
            Count = 2,
            Stop = ["a", "\n"],
            Logprobs = true,
            TopLogprobs = 3,
            Output = new OutputFormat(RawJson.From("""{"type":"object","additionalProperties":false}""")),
            Reasoning = new Reasoning { BudgetTokens = 512, Visible = true },
            Extras =
            [
                Extra("safetySettings", """[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}]"""),
                Extra("cachedContent", "\"projects/p/cachedContents/1\""),
                Extra("labels", """{"team":"a"}"""),
                Extra("generationConfig", """{"media_resolution":"MEDIA_RESOLUTION_LOW"}"""),
            ],
        };

        request.ShouldBecome(Modern, """
            {"contents":[{"role":"user","parts":[{"text":"hi"}]}],
             "generationConfig":{"temperature":0.2,"topP":0.95,"topK":40,"presencePenalty":-1.5,"frequencyPenalty":1,"seed":7,"maxOutputTokens":100,
               "candidateCount":2,"stopSequences":["a","\n"],"responseLogprobs":true,"logprobs":3,
               "responseMimeType":"application/json","responseJsonSchema":{"type":"object","additionalProperties":false},
               "thinkingConfig":{"includeThoughts":true,"thinkingBudget":512},"mediaResolution":"MEDIA_RESOLUTION_LOW"},
             "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],
             "cachedContent":"projects/p/cachedContents/1","labels":{"team":"a"}}
            """);
    }

    [Theory]
    [InlineData(ToolChoiceMode.Auto, "AUTO")]
    [InlineData(ToolChoiceMode.None, "NONE")]
    [InlineData(ToolChoiceMode.Required, "ANY")]
    public void Says_which_tools_to_call(ToolChoiceMode mode, string said) =>
        (Hi with { Tools = [Function("f")], ToolChoice = new ToolChoice(mode) }).Member(Modern, "toolConfig")
            .ShouldBe($$$"""{"functionCallingConfig":{"mode":"{{{said}}}"}}""");

    [Fact]
    public void Writes_search_tools_beside_the_functions()
    {
        var request = Hi with
        {
            Tools =
            [
                new Tool("", null, default) { OpaqueDialect = "openai.chat", Opaque = RawJson.From("""{"type":"google_search","google_search":{"exclude_domains":["a.example"],"blocking_confidence":"BLOCK_LOW_AND_ABOVE","time_range_filter":{"start_time":"2025-01-01T00:00:00Z","end_time":"2025-02-01T00:00:00Z"}}}""") },
                Function("f", "{}"),
                new Tool("", null, default) { OpaqueDialect = "openai.chat", Opaque = RawJson.From("""{"type":"enterprise_search"}""") },
            ],
        };

        request.Member(Modern, "tools").ShouldBe(
            """[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{}}]},{"googleSearch":{"excludeDomains":["a.example"],"blockingConfidence":"BLOCK_LOW_AND_ABOVE","timeRangeFilter":{"startTime":"2025-01-01T00:00:00Z","endTime":"2025-02-01T00:00:00Z"}}},{"enterpriseWebSearch":{}}]""");
    }

    [Theory]
    [InlineData("1st", "t_1st")]
    [InlineData("-x", "t_-x")]
    [InlineData("_x.y-z", "_x.y-z")]
    [InlineData("größe", "gr__e")]
    public void Names_of_functions_keep_the_rules_of_the_provider(string name, string said) =>
        (Hi with { Tools = [Function(name, "{}")] }).Member(Modern, "tools").ShouldContain($"\"name\":\"{said}\"");

    [Theory]
    [InlineData("""{"guided_choice":["a","b"]}""", """{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["a","b"]}}""")]
    [InlineData("""{"guided_json":{"type":"array"}}""", """{"responseMimeType":"application/json","responseJsonSchema":{"type":"array"}}""")]
    public void Follows_guided_decoding_as_far_as_Gemini_can(string extra, string config)
    {
        using var document = JsonDocument.Parse(extra);
        var member = document.RootElement.EnumerateObject().Single();
        (Hi with { Extras = [Extra(member.Name, member.Value.GetRawText())] }).Member(Modern, "generationConfig").ShouldBe(config);
    }

    [Fact]
    public void Any_json_object_is_a_media_type_alone() =>
        (Hi with { Output = new OutputFormat(default) }).Member(Old, "generationConfig").ShouldBe("""{"responseMimeType":"application/json"}""");

    [Fact]
    public void Arguments_go_out_byte_for_byte() =>
        Request(Model(new ToolCallPart("c", "f", """{ "a" : 1.0,"b":"\u00e9" }"""))).Member(Old, "contents").ShouldContain("""{ "a" : 1.0,"b":"\u00e9" }""");

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character()
    {
        using var contents = JsonDocument.Parse(Request(User("a\ud83d!")).Member(Modern, "contents"));
        contents.RootElement[0].GetProperty("parts")[0].GetProperty("text").GetString().ShouldBe("a\ufffd!");
    }
}
