using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Asking;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

/// <summary>One request for each rule of the table, that it alone applies to.</summary>
public sealed class FidelityTests
{
    private static readonly InlineSource Png = new("image/png", "aGk=");

    private static readonly Dictionary<FidelityRule, (ChatRequest Request, string Model)> Cases = new()
    {
        [Fidelity.StopCount] = (Hi with { Stop = ["1", "2", "3", "4", "5", "6"] }, Modern),
        [Fidelity.Count] = (Hi with { Count = 9 }, Modern),
        [Fidelity.Seed] = (Hi with { Seed = 1L << 40 }, Modern),
        [Fidelity.LogitBias] = (Hi with { Extras = [Extra("logit_bias", """{"5":1}""")] }, Modern),
        [Fidelity.User] = (Hi with { User = "u" }, Modern),
        [Fidelity.Cache] = (Request(User(new TextPart("a") { Cache = new CacheHint("5m") })), Modern),
        [Fidelity.OtherMember] = (Hi with { Extras = [Extra("verbosity", "\"low\"")] }, Modern),
        [Fidelity.Hint] = (Hi with { Extras = [Extra("store", "true")] }, Modern),
        [Fidelity.EmptyStop] = (Hi with { Stop = ["", "END"] }, Modern),
        [Fidelity.Modalities] = (Hi with { Extras = [Extra("modalities", """["text","audio"]""")] }, Modern),
        [Fidelity.WebSearch] = (Hi with { Extras = [Extra("web_search_options", "{}")] }, Modern),
        [Fidelity.StoredState] = (Hi with { Extras = [Extra("previous_response_id", "\"resp_1\"")] }, Modern),
        [Fidelity.Guided] = (Hi with { Extras = [Extra("guided_regex", "\"a+\"")] }, Modern),
        [Fidelity.ConfigMember] = (Hi with { TopP = 1, Extras = [Extra("generationConfig", """{"top_p":0.5}""")] }, Modern),
        [Fidelity.OnlySystem] = (Request() with { System = [new TextPart("a")] }, Modern),
        [Fidelity.EmptyTurn] = (Request(User("a"), Model(new TextPart(""))), Modern),
        [Fidelity.Annotations] = (Request(Model(new TextPart("a") { Annotations = RawJson.From("[]"), AnnotationsDialect = "openai.chat" })), Modern),
        [Fidelity.Refusal] = (Request(Model(new RefusalPart("no"))), Modern),
        [Fidelity.OpaquePart] = (Request(User(new TextPart("a"), new OpaquePart("anthropic.messages", RawJson.From("{}")))), Modern),
        [Fidelity.ReasoningText] = (Request(Model(new ReasoningPart("hm", null), new TextPart("a"))), Modern),
        [Fidelity.ForeignToken] = (Request(Model(new ReasoningPart(null, new OpaqueToken("anthropic", OpaqueTokenKind.Redacted, "x")), new TextPart("a"))), Modern),
        [Fidelity.MissingSignature] = (Request(User("a"), Model(new ToolCallPart("a", "f", "{}"))), Three),
        [Fidelity.Arguments] = (Request(Model(new ToolCallPart("a", "f", "{\"x\":"))), Modern),
        [Fidelity.UnknownCall] = (Request(User(new ToolResultPart("a", [], IsError: false))), Modern),
        [Fidelity.ResultMedia] = (Request(User(new ToolResultPart("a", [new MediaPart(MediaKind.Image, Png)], IsError: false) { Name = "f" })), Modern),
        [Fidelity.MediaType] = (Request(User(new DocumentPart(new UrlSource("https://a.example/x.unknown", null), null))), Modern),
        [Fidelity.Address] = (Request(User(new MediaPart(MediaKind.Image, new UrlSource("s3://b/a.png", null)))), Modern),
        [Fidelity.UploadedFile] = (Request(User(new DocumentPart(new FileSource("file-1"), null))), Modern),
        [Fidelity.Detail] = (Request(User(new MediaPart(MediaKind.Image, Png) { Detail = "high" })), Modern),
        [Fidelity.DocumentNote] = (Request(User(new DocumentPart(new TextSource("a"), "a.txt"))), Modern),
        [Fidelity.Citations] = (Request(User(new DocumentPart(new TextSource("a"), null) { Citations = true })), Modern),
        [Fidelity.NoThinking] = (Hi with { Reasoning = new Reasoning { BudgetTokens = 1024 } }, Old),
        [Fidelity.AlwaysThinks] = (Hi with { Reasoning = new Reasoning { Enabled = false } }, Three),
        [Fidelity.Effort] = (Hi with { Reasoning = new Reasoning { Effort = "max" } }, Three),
        [Fidelity.UnknownEffort] = (Hi with { Reasoning = new Reasoning { Effort = "heroic" } }, Three),
        [Fidelity.Budget] = (Hi with { Reasoning = new Reasoning { BudgetTokens = 50000 } }, Modern),
        [Fidelity.ProviderTool] = (Hi with { Tools = [new Tool("", null, default) { OpaqueDialect = "anthropic.messages", Opaque = RawJson.From("""{"type":"google_search"}""") }] }, Modern),
        [Fidelity.Parallel] = (Hi with { ParallelToolCalls = false }, Modern),
        [Fidelity.Strict] = (Hi with { Tools = [Function("f") with { Strict = true }] }, Modern),
        [Fidelity.SchemaNote] = (Hi with { Output = new OutputFormat(RawJson.From("{}"), "answer", null, "An answer") }, Modern),
        [Fidelity.SchemaLost] = (Hi with { Output = new OutputFormat(RawJson.From("""{"type":"integer","multipleOf":3}""")) }, Old),
        [Fidelity.SchemaEndless] = (Hi with { Output = new OutputFormat(RawJson.From("""{"$ref":"#"}""")) }, Old),
    };

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, GeminiGenerateUpstream.Instance.Rules.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_rule_is_applied_by_a_request(int number)
    {
        var rule = GeminiGenerateUpstream.Instance.Rules[number];
        Cases.ShouldContainKey(rule);
        Write(Cases[rule].Request, Cases[rule].Model).Log.Entries.Select(e => e.Rule).ShouldBe([rule]);
    }

    [Fact]
    public void Every_field_of_the_table_is_one_line() =>
        GeminiGenerateUpstream.Instance.Rules.Select(r => r.Field).ShouldBeUnique();

    [Theory]
    [InlineData("""["text"]""")]
    [InlineData("null")]
    public void Text_alone_is_what_Gemini_answers_with(string modalities) =>
        Write(Hi with { Extras = [Extra("modalities", modalities)] }, Modern).Log.Refusal.ShouldBeNull();

    [Theory]
    [InlineData("openai.chat", "/parallel_tool_calls")]
    [InlineData("openai.responses", "/parallel_tool_calls")]
    [InlineData("anthropic.messages", "/tool_choice/disable_parallel_tool_use")]
    public void Places_are_told_in_the_words_of_the_client(string dialect, string pointer) =>
        Write(Hi with { Dialect = dialect, ParallelToolCalls = false }, Modern).Log.Entries.Single().Pointer.ShouldBe(pointer);

    [Fact]
    public void A_dropped_member_is_named_by_its_place() =>
        Write(Hi with { Extras = [Extra("messages/0/name", "1")] }, Modern).Log.Entries.Single().Pointer.ShouldBe("/messages/0/name");

    [Fact]
    public void A_signature_of_another_provider_on_a_call_is_not_sent() =>
        Write(Request(Model(new ToolCallPart("a", "f", "{}") { Token = new OpaqueToken("openai", OpaqueTokenKind.Encrypted, "secret") })), Modern)
            .ShouldSatisfyAllConditions(w => w.Json.ShouldNotContain("secret"), w => w.Log.Entries.Single().Rule.ShouldBe(Fidelity.ForeignToken));
}
