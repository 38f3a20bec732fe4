using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Translators.Answers;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Bench;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

public sealed class FidelityTests
{
    private const string Newest = "claude-opus-4-7";

    private static readonly ChatRequest Thinks = Plain with { Reasoning = new() { BudgetTokens = 2000 }, MaxTokens = 4000 };

    private static readonly RawJson Schema = RawJson.From("{}");

    private static ChatRequest Says(params Part[] parts) => Plain with { Turns = [User(parts)] };

    private static ChatRequest Said(params Part[] parts) => Plain with { Turns = [User("hi"), Assistant(parts)] };

    private static ChatRequest Extra(string name, string json) => Plain with { Extras = [new(name, RawJson.From(json))] };

    private static MediaPart Image(MediaSource source) => new(MediaKind.Image, source);

    // One request for each line of the table.
    private static readonly Dictionary<FidelityRule, (ChatRequest Request, string Model)> Cases = new()
    {
        [Fidelity.Count] = (Plain with { Count = 2 }, Current),
        [Fidelity.Logprobs] = (Plain with { Logprobs = true }, Current),
        [Fidelity.BlankStop] = (Plain with { Stop = ["\n\n"] }, Current),
        [Fidelity.PrefillRefused] = (Said(new TextPart("{")), Newest),
        [Fidelity.Guided] = (Extra("guided_choice", "[\"a\"]"), Current),
        [Fidelity.WebSearch] = (Extra("web_search_options", "{}"), Current),
        [Fidelity.Audio] = (Extra("modalities", "[\"text\",\"audio\"]"), Current),
        [Fidelity.Hint] = (Extra("store", "true"), Current),
        [Fidelity.EmptyStop] = (Plain with { Stop = [""] }, Current),
        [Fidelity.Schema] = (Plain with { Output = new(Schema) }, Older),
        [Fidelity.HostedTool] = (Plain with { Tools = [new("s", null, default) { Opaque = Schema, OpaqueDialect = "gemini.generate" }] }, Current),
        [Fidelity.Sound] = (Says(new MediaPart(MediaKind.Audio, new InlineSource("audio/wav", "UklG"))), Current),
        [Fidelity.ImageType] = (Says(Image(new InlineSource("image/bmp", "Qk0="))), Current),
        [Fidelity.DocumentType] = (Says(new DocumentPart(new InlineSource("application/msword", "0M8R"), null)), Current),
        [Fidelity.Address] = (Says(Image(new UrlSource("gs://b/o.png", null))), Current),
        [Fidelity.File] = (Says(Image(new FileSource("file-1"))), Current),
        [Fidelity.PresencePenalty] = (Plain with { PresencePenalty = 0.5 }, Current),
        [Fidelity.FrequencyPenalty] = (Plain with { FrequencyPenalty = -0.5 }, Current),
        [Fidelity.Seed] = (Plain with { Seed = 1 }, Current),
        [Fidelity.LogitBias] = (Extra("logit_bias", "{}"), Current),
        [Fidelity.ServiceTier] = (Extra("service_tier", "\"flex\""), Current),
        [Fidelity.Extra] = (Extra("verbosity", "\"low\""), Current),
        [Fidelity.Sampling] = (Plain with { Temperature = 0.5 }, Newest),
        [Fidelity.TopPBesideTemperature] = (Plain with { Temperature = 0.5, TopP = 0.9 }, Current),
        [Fidelity.TopWhileThinking] = (Thinks with { TopP = 0.5 }, Older),
        [Fidelity.Thinking] = (Thinks, "claude-3-haiku-20240307"),
        [Fidelity.Display] = (Thinks with { Reasoning = new() { BudgetTokens = 2000, Visible = false } }, "claude-3-7-sonnet-20250219"),
        [Fidelity.Strict] = (Plain with { Tools = [Tool("f") with { Strict = true }] }, Older),
        [Fidelity.OutputDescription] = (Plain with { Output = new(RawJson.From("""{"type":"object"}"""), "n", true, "d") }, Current),
        [Fidelity.ForeignReasoning] = (Said(new TextPart("a"), new ReasoningPart("t", new("gemini", OpaqueTokenKind.Signature, "s"))), Current),
        [Fidelity.CallToken] = (Said(new ToolCallPart("c", "f", "{}") { Token = new("gemini", OpaqueTokenKind.Signature, "s") }), Current),
        [Fidelity.Annotations] = (Said(new TextPart("a") { Annotations = RawJson.From("[]"), AnnotationsDialect = "openai.chat" }), Current),
        [Fidelity.Opaque] = (Says(new TextPart("a"), new OpaquePart("openai.responses", Schema)), Current),
        [Fidelity.Detail] = (Says(Image(new UrlSource("https://x.example/a.png", null)) with { Detail = "high" }), Current),
        [Fidelity.AssistantMedia] = (Said(new TextPart("a"), Image(new InlineSource("image/png", "iVBO"))), Current),
        [Fidelity.Blank] = (Says(Image(new UrlSource("https://x.example/a.png", null)), new TextPart(" \n")), Current),
        [Fidelity.CacheHint] = (Says([.. Enumerable.Range(0, 5).Select(i => new TextPart($"{i}") { Cache = new(null), Pointer = $"/{i}" })]), Current),
        [Fidelity.MaxTokens] = (Plain with { MaxTokens = null }, "my-alias"),
        [Fidelity.MaxTokensRaised] = (Thinks with { MaxTokens = 50 }, Older),
        [Fidelity.Budget] = (Thinks with { Reasoning = new() { BudgetTokens = 1 } }, Older),
        [Fidelity.BudgetToAdaptive] = (Thinks, Newest),
        [Fidelity.AdaptiveToBudget] = (Thinks with { Reasoning = new() { Enabled = true, Adaptive = true } }, Older),
        [Fidelity.EffortToBudget] = (Thinks with { Reasoning = new() { Effort = "low" } }, Older),
        [Fidelity.EffortLevel] = (Plain with { Reasoning = new() { Effort = "minimal" } }, Newest),
        [Fidelity.ThinkingOverruled] = (Thinks with { Tools = [Tool("f")], ToolChoice = new(ToolChoiceMode.Named, "f") }, Older),
        [Fidelity.TemperatureAboveOne] = (Plain with { Temperature = 1.7 }, Current),
        [Fidelity.TemperatureWhileThinking] = (Thinks with { Temperature = 0 }, Older),
        [Fidelity.JsonObject] = (Plain with { Output = new(default) }, Older),
        [Fidelity.OpenSchema] = (Plain with { Output = new(RawJson.From("""{"type":"object","properties":{}}""")) }, Current),
        [Fidelity.Opening] = (Plain with { Turns = [Assistant(new TextPart("Welcome."))] }, Current),
        [Fidelity.Prefill] = (Said(new TextPart("{ \n"), new TextPart("\n")), Current),
        [Fidelity.Refusal] = (Said(new RefusalPart("No.")), Current),
        [Fidelity.CallId] = (Said(new ToolCallPart("a b", "f", "{}")), Current),
        [Fidelity.Arguments] = (Said(new ToolCallPart("c", "f", "{\"a\":")), Current),
        [Fidelity.ToolName] = (Plain with { Tools = [Tool("a b")] }, Current),
    };

    [Fact]
    public void Has_a_case_for_every_rule()
        => AnthropicMessagesUpstream.Instance.Rules.Except(Cases.Keys).Except([SeveralAnswers.Rule]).Select(r => r.Field).ShouldBeEmpty();

    [Fact]
    public void Has_every_rule_in_its_table()
        => Cases.Keys.Except(AnthropicMessagesUpstream.Instance.Rules).Select(r => r.Field).ShouldBeEmpty();

    [Fact]
    public void Applies_each_rule_to_its_case_and_no_other()
    {
        foreach (var (rule, (request, model)) in Cases)
        {
            var (json, log) = Ask(request, model);
            log.Entries.Select(e => e.Rule).ShouldBe([rule], rule.Field);
            System.Text.Json.JsonDocument.Parse(json).Dispose();
        }
    }

    [Fact]
    public void Says_in_other_words_what_it_approximates()
    {
        Asked(Cases[Fidelity.TemperatureAboveOne].Request)["temperature"].ShouldBeJson("1");
        Asked(Cases[Fidelity.TemperatureWhileThinking].Request, Older).AsObject().ShouldNotContainKey("temperature");
        Asked(Cases[Fidelity.TopPBesideTemperature].Request).AsObject().ShouldNotContainKey("top_p");
        Asked(Cases[Fidelity.Sampling].Request, Newest).AsObject().ShouldNotContainKey("temperature");
        Asked(Cases[Fidelity.JsonObject].Request, Older)["system"]!.AsArray().Single()!["text"]!.ToString().ShouldContain("JSON object");
        Asked(Cases[Fidelity.Prefill].Request)["messages"]![1]!["content"].ShouldBeJson("""[{"type":"text","text":"{"}]""");
        Asked(Cases[Fidelity.Refusal].Request)["messages"]![1]!["content"].ShouldBeJson("""[{"type":"text","text":"No."}]""");
        Asked(Cases[Fidelity.Arguments].Request)["messages"]![1]!["content"]![0]!["input"].ShouldBeJson("{}");
        Asked(Cases[Fidelity.Opening].Request)["messages"].ShouldBeJson("""[{"role":"user","content":[{"type":"text","text":"."}]},{"role":"assistant","content":[{"type":"text","text":"Welcome."}]}]""");
        Asked(Cases[Fidelity.ForeignReasoning].Request)["messages"]![1]!["content"].ShouldBeJson("""[{"type":"text","text":"a"}]""");
    }

    [Fact]
    public void A_stop_sequence_of_nothing_is_left_out_and_the_others_stay() =>
        Asked(Plain with { Stop = ["", "END"] })["stop_sequences"].ShouldBeJson("""["END"]""");

    [Theory]
    [InlineData("claude-sonnet-4-5", false)]
    [InlineData("claude-sonnet-4-6", true)]
    [InlineData("claude-opus-4-6", true)]
    [InlineData("claude-opus-5", true)]
    [InlineData("my-alias", false)]
    public void Models_since_4_6_are_not_asked_to_go_on_with_words_of_their_own(string model, bool refused) =>
        (Ask(Said(new TextPart("{")), model).Log.Refusal?.Rule == Fidelity.PrefillRefused).ShouldBe(refused);

    [Fact]
    public void Before_words_of_its_own_a_model_cannot_think() =>
        Ask(Said(new TextPart("{")) with { Reasoning = new() { BudgetTokens = 2000 }, MaxTokens = 4000 }, Older).Log.Entries.Select(e => e.Rule).ShouldBe([Fidelity.ThinkingOverruled]);

    [Fact]
    public void Guided_json_is_the_schema_of_the_answer()
    {
        var asked = Asked(Extra("guided_json", """{"type":"object","additionalProperties":false}"""));
        asked["output_config"]!["format"].ShouldBeJson("""{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}""");
        Ask(Extra("guided_json", "\"a text\""), Current).Log.Refusal!.Rule.ShouldBe(Fidelity.Guided);
    }

    [Theory]
    [InlineData("openai.chat", "/stop")]
    [InlineData("openai.responses", "/stop")]
    public void Places_are_told_in_the_words_of_the_client(string dialect, string pointer) =>
        Ask(Plain with { Dialect = dialect, Stop = [" "] }, Current).Log.Refusal!.Pointer.ShouldBe(pointer);

    [Fact]
    public void Marks_no_more_than_four_places_for_the_cache_and_the_prompts_beginning_first()
    {
        var request = Cases[Fidelity.CacheHint].Request with { Tools = [Tool("f") with { Cache = new(null) }] };
        var asked = Asked(request);
        asked["tools"]![0]!["cache_control"].ShouldNotBeNull();
        asked["messages"]![0]!["content"]!.AsArray().Count(b => b!["cache_control"] is not null).ShouldBe(3);
        asked["messages"]![0]!["content"]![3]!["cache_control"].ShouldBeNull();
    }
}
