using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIChat;

public sealed class FidelityTests
{
    private static readonly OpaqueToken Signature = new("gemini", OpaqueTokenKind.Signature, "c2ln");

    private static ChatRequest Answered(params Part[] parts) => Chat.Question with { Turns = [new(Role.Assistant, parts)] };

    private static ChatRequest Thinking(Reasoning reasoning) => Chat.Question with { Reasoning = reasoning };

    private static ChatRequest Extra(string name) => Chat.Question with { Extras = [new(name, RawJson.From("{}"))] };

    private static ChatRequest Document(MediaSource source) => Chat.Ask(new DocumentPart(source, null) { Pointer = "/here" });

    private static ChatRequest Media(MediaKind kind, MediaSource source) => Chat.Ask(new MediaPart(kind, source) { Pointer = "/here" });

    /// <summary>A request for each rule, the place that it names, and the model that it takes.</summary>
    private static readonly (string Field, ChatRequest Request, string Pointer, string Model)[] Cases =
    [
        ("top_k", Chat.Question with { TopK = 5 }, "/top_k", "m-1"),
        ("stop", Chat.Question with { Stop = ["1", "2", "3", "4", "5"] }, "/stop_sequences", "m-1"),
        ("cache_control", Chat.Ask(new TextPart("hi") { Cache = new(null), Pointer = "/here" }), "/here", "m-1"),
        ("thinking blocks", Answered(new ReasoningPart("hm", null) { Pointer = "/here" }, new TextPart("x")), "/here", "m-1"),
        ("thought signature", Answered(new ToolCallPart("a", "f", "{}") { Token = Signature, Pointer = "/here" }), "/here", "gpt-4o"),
        ("thinking budget", Thinking(new() { Enabled = true, BudgetTokens = 2000 }), "/thinking/budget_tokens", "m-1"),
        ("effort max", Thinking(new() { Effort = "max" }), "/output_config/effort", "m-1"),
        ("thinking", Thinking(new() { Effort = "low" }), "/output_config/effort", "gpt-4o"),
        ("thinking disabled", Thinking(new() { Enabled = false }), "/thinking", "m-1"),
        ("visible thoughts", Thinking(new() { Visible = true }), "/thinking/display", "m-1"),
        ("media in tool results", Chat.Ask(new ToolResultPart("a", [new DocumentPart(new InlineSource("application/pdf", "YQ=="), null)], false) { Pointer = "/here" }), "/here", "m-1"),
        ("is_error", Chat.Ask(new ToolResultPart("a", [], true) { Pointer = "/here" }), "/here", "m-1"),
        ("text after a tool call", Answered(new ToolCallPart("a", "f", "{}"), new TextPart("then") { Pointer = "/here" }), "/here", "m-1"),
        ("provider-run tool", Chat.Question with { Tools = [new("web", null, default) { Opaque = RawJson.From("{}"), OpaqueDialect = "anthropic.messages" }] }, "/tools/0", "m-1"),
        ("media by URL", Media(MediaKind.Image, new UrlSource("gs://b/o.png", null)), "/here", "m-1"),
        ("media by file id", Media(MediaKind.Image, new FileSource("f")), "/here", "m-1"),
        ("audio format", Media(MediaKind.Audio, new InlineSource("audio/flac", "YQ==")), "/here", "m-1"),
        ("video", Media(MediaKind.Video, new InlineSource("video/mp4", "YQ==")), "/here", "m-1"),
        ("media of the model", Answered(new MediaPart(MediaKind.Image, new FileSource("f")) { Pointer = "/here" }), "/here", "m-1"),
        ("document by URL", Document(new UrlSource("https://example.com/a.pdf", null)), "/here", "m-1"),
        ("document by file id", Document(new FileSource("f")), "/here", "m-1"),
        ("document type", Document(new InlineSource("application/msword", "YQ==")), "/here", "m-1"),
        ("text document", Document(new TextSource("a")), "/here", "m-1"),
        ("document context", Chat.Ask(new DocumentPart(new InlineSource("application/pdf", "YQ=="), null) { Context = "c", Pointer = "/here" }), "/here", "m-1"),
        ("citations", Answered(new TextPart("x") { Annotations = RawJson.From("[{}]"), AnnotationsDialect = "anthropic.messages", Pointer = "/here" }), "/here", "m-1"),
        ("foreign content", Chat.Ask(new OpaquePart("anthropic.messages", RawJson.From("{}")) { Pointer = "/here" }), "/here", "m-1"),
        ("stored conversation", Extra("previous_response_id"), "/previous_response_id", "m-1"),
        ("remote tools", Extra("mcp_servers"), "/mcp_servers", "m-1"),
        ("other members", Extra("safetySettings"), "/safetySettings", "m-1"),
    ];

    [Fact]
    public void Every_rule_has_a_case()
        => OpenAIChatUpstream.Instance.Rules.Select(r => r.Field).Order().ShouldBe(Cases.Select(c => c.Field).Order());

    [Fact]
    public void Each_case_is_announced_by_its_rule_alone()
    {
        foreach (var (field, request, pointer, model) in Cases)
        {
            Chat.WriteRequest(request, out var log, model);

            var entry = log.Entries.ShouldHaveSingleItem(field);
            (entry.Rule.Field, entry.Pointer).ShouldBe((field, pointer));
            OpenAIChatUpstream.Instance.Rules.ShouldContain(entry.Rule);
        }
    }

    [Fact]
    public void A_document_asked_for_citations_is_announced()
    {
        Chat.WriteRequest(Chat.Ask(new DocumentPart(new InlineSource("application/pdf", "YQ=="), null) { Citations = true }), out var log);

        log.Entries.Single().Rule.Field.ShouldBe("citations");
    }

    [Fact]
    public void A_text_document_becomes_text()
        => Chat.WriteRequest(Document(new InlineSource("text/plain", "aGVsbG8=")), out _).ShouldContain("{\"type\":\"text\",\"text\":\"hello\"}");

    [Fact]
    public void A_file_stays_with_openai()
        => Chat.WriteRequest(Document(new FileSource("file-1")) with { Dialect = "openai.responses" }).ShouldContain("\"file\":{\"file_id\":\"file-1\"}");

    [Fact]
    public void A_turn_of_thoughts_alone_is_left_out()
        => Chat.WriteRequest(Answered(new ReasoningPart("hm", null)), out _).ShouldContain("\"messages\":[]");
}
