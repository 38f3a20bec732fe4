using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIResponses;
using Tollgate.Protocols.Translators.Answers;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIResponses;

public sealed class FidelityTests
{
    private static readonly ChatRequest Question = Ask(new TextPart("hi"));

    private static ChatRequest Ask(params Part[] parts) => new() { Dialect = "openai.chat", Turns = [new(Role.User, parts)] };

    private static ChatRequest Answered(params Part[] parts) => Question with { Turns = [new(Role.Assistant, parts)] };

    private static ChatRequest Thinking(Reasoning reasoning) => Question with { Reasoning = reasoning };

    private static ChatRequest Extra(string name, string json = "{}") => Question with { Extras = [new(name, RawJson.From(json))] };

    private static ChatRequest Document(MediaSource source) => Ask(new DocumentPart(source, null) { Pointer = "/here" });

    private static ChatRequest Media(MediaKind kind, MediaSource source) => Ask(new MediaPart(kind, source) { Pointer = "/here" });

    /// <summary>A request for each rule, the place that it names, and the model that it takes.</summary>
    private static readonly (string Field, ChatRequest Request, string Pointer, string Model)[] Cases =
    [
        ("top_k", Question with { TopK = 5 }, "/top_k", "gpt-5"),
        ("presence_penalty and frequency_penalty", Question with { PresencePenalty = 1 }, "/presence_penalty", "gpt-5"),
        ("seed", Question with { Seed = 5 }, "/seed", "gpt-5"),
        ("n", Question with { Count = 2 }, "/n", "gpt-5"),
        ("stop", Question with { Stop = ["1"] }, "/stop", "gpt-5"),
        ("max_tokens below 16", Question with { MaxTokens = 5 }, "/max_tokens", "gpt-5"),
        ("cache_control", Ask(new TextPart("hi") { Cache = new(null), Pointer = "/here" }), "/here", "gpt-5"),
        ("thinking blocks", Answered(new ReasoningPart("hm", null) { Pointer = "/here" }, new TextPart("x")), "/here", "gpt-5"),
        ("thought signature", Answered(new ToolCallPart("a", "f", "{}") { Token = new("gemini", OpaqueTokenKind.Signature, "c2ln"), Pointer = "/here" }), "/here", "gpt-5"),
        ("thinking budget", Thinking(new() { Enabled = true, BudgetTokens = 2000 }), "/thinking/budget_tokens", "gpt-5"),
        ("effort max", Thinking(new() { Effort = "max" }), "/reasoning_effort", "gpt-5"),
        ("thinking", Thinking(new() { Effort = "low" }), "/reasoning_effort", "gpt-4o"),
        ("thinking disabled", Thinking(new() { Enabled = false }), "/thinking", "gpt-5"),
        ("is_error", Ask(new ToolResultPart("a", [], true) { Pointer = "/here" }), "/here", "gpt-5"),
        ("provider-run tool", Question with { Tools = [new("web", null, default) { Opaque = RawJson.From("{}"), OpaqueDialect = "anthropic.messages" }] }, "/tools/0", "gpt-5"),
        ("media by URL", Media(MediaKind.Image, new UrlSource("gs://b/o.png", null)), "/here", "gpt-5"),
        ("media by file id", Document(new FileSource("f")), "/here", "gpt-5"),
        ("audio or video", Media(MediaKind.Audio, new InlineSource("audio/wav", "YQ==")), "/here", "gpt-5"),
        ("modalities with audio", Extra("modalities", """["text","audio"]"""), "/modalities", "gpt-5"),
        ("media of the model", Answered(new MediaPart(MediaKind.Image, new FileSource("f")) { Pointer = "/here" }), "/here", "gpt-5"),
        ("document type", Document(new InlineSource("application/msword", "YQ==")), "/here", "gpt-5"),
        ("text document", Document(new TextSource("a")), "/here", "gpt-5"),
        ("document context", Ask(new DocumentPart(new UrlSource("https://example.com/a.pdf", null), null) { Context = "c", Pointer = "/here" }), "/here", "gpt-5"),
        ("citations", Answered(new TextPart("x") { Annotations = RawJson.From("[{}]"), AnnotationsDialect = "anthropic.messages", Pointer = "/here" }), "/here", "gpt-5"),
        ("foreign content", Ask(new OpaquePart("anthropic.messages", RawJson.From("{}")) { Pointer = "/here" }), "/here", "gpt-5"),
        ("web_search_options", Extra("web_search_options"), "/web_search_options", "gpt-5"),
        ("remote tools", Extra("mcp_servers"), "/mcp_servers", "gpt-5"),
        ("other members", Extra("safetySettings"), "/safetySettings", "gpt-5"),
    ];

    [Fact]
    public void Every_rule_has_a_case()
        => OpenAIResponsesUpstream.Instance.Rules.Except([SeveralAnswers.Rule]).Select(r => r.Field).Order().ShouldBe(Cases.Select(c => c.Field).Order());

    [Fact]
    public void Each_case_is_announced_by_its_rule_alone()
    {
        foreach (var (field, request, pointer, model) in Cases)
        {
            Responses.WriteRequest(request, out var log, model);

            var entry = log.Entries.ShouldHaveSingleItem(field);
            (entry.Rule.Field, entry.Pointer).ShouldBe((field, pointer));
            OpenAIResponsesUpstream.Instance.Rules.ShouldContain(entry.Rule);
        }
    }

    [Fact]
    public void The_tier_of_another_dialect_is_not_OpenAIs()
    {
        Responses.WriteRequest(Extra("service_tier", "\"standard_only\"") with { Dialect = "anthropic.messages" }, out var log);

        log.Entries.Single().Rule.Field.ShouldBe("other members");
    }

    [Fact]
    public void A_penalty_of_nothing_is_none() => Responses.WriteRequest(Question with { PresencePenalty = 0, FrequencyPenalty = 0, Count = 1 }).ShouldNotContain("penalty");
}
