using System.Reflection;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Translators.Answers;
using static Tollgate.Protocols.Tests.Dialects.BedrockConverse.Converse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

/// <summary>What Converse cannot say: each rule with a request that takes it and nothing else, and what is written then.</summary>
public sealed class FidelityTests
{
    private static readonly ChatRequest Tooled = Hi with { Tools = [Tool("f")] };

    private static readonly ChatRequest Called = Ask(
        User("a"), Assistant(new ToolCallPart("t1", "f", "{}")), User(new ToolResultPart("t1", [new TextPart("1")], IsError: false)));

    /// <summary>Rule, request, model, and a piece of what is written; null for what is refused.</summary>
    private static readonly (string Rule, ChatRequest Request, string Model, string? Written)[] Cases =
    [
        ("FirstIsUser", Ask(Assistant(new TextPart("Hello"))), Sonnet35, """[{"role":"user","content":[{"text":"Continue."}]},{"role":"assistant","content":[{"text":"Hello"}]}]"""),
        ("FirstIsUser", Ask() with { System = [new TextPart("Sing.")] }, Sonnet35, """[{"role":"user","content":[{"text":"Continue."}]}]"""),
        ("BlankText", Ask(User(new TextPart("hi"), new TextPart(" \n"))), Sonnet35, """[{"text":"hi"}]"""),
        ("BlankText", Hi with { System = [new TextPart(" ")] }, Sonnet35, """{"messages":"""),
        ("EmptyResult", Called with { Turns = [.. Called.Turns.Take(2), User(new ToolResultPart("t1", [new TextPart("")], IsError: false))], Tools = [Tool("f")] }, Sonnet35, """{"toolUseId":"t1","content":[{"text":"(no output)"}]}"""),
        ("Refusal", Ask(User("a"), Assistant(new RefusalPart("No."))), Sonnet35, """{"role":"assistant","content":[{"text":"No."}]}"""),
        ("ForeignReasoning", Ask(User("a"), Assistant(new ReasoningPart("Hm.", null), new TextPart("b"))), Sonnet35, """{"role":"assistant","content":[{"text":"b"}]}"""),
        ("ForeignReasoning", Ask(User("a"), Assistant(new ReasoningPart("Hm.", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "")))), Sonnet35, """[{"role":"user","content":[{"text":"a"}]}]}"""),
        ("ForeignReasoning", Ask(User("a"), Assistant(new ReasoningPart(null, new OpaqueToken("openai", OpaqueTokenKind.Encrypted, "eA==")))), Sonnet35, """[{"role":"user","content":[{"text":"a"}]}]}"""),
        ("ForeignReasoning", Ask(User("a"), Assistant(new ReasoningPart("Hm.", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "c2ln")))), Nova2, """[{"role":"user","content":[{"text":"a"}]}]}"""),
        ("ForeignToken", Ask(User("a"), Assistant(new ToolCallPart("t", "f", "{}") { Token = new OpaqueToken("gemini", OpaqueTokenKind.Signature, "c2ln") })) with { Tools = [Tool("f")] }, Sonnet35, """{"toolUse":{"toolUseId":"t","name":"f","input":{}}}"""),
        ("ForeignPart", Ask(User(new TextPart("hi"), new OpaquePart("anthropic.messages", RawJson.From("{}")))), Sonnet35, """[{"text":"hi"}]"""),
        ("ForeignPart", Called with { Turns = [.. Called.Turns.Take(2), User(new ToolResultPart("t1", [new TextPart("1"), new OpaquePart("anthropic.messages", RawJson.From("{}"))], IsError: false))], Tools = [Tool("f")] }, Sonnet35, """[{"text":"1"}]"""),
        ("Annotations", Ask(User("a"), Assistant(new TextPart("b") { Annotations = RawJson.From("[{}]"), AnnotationsDialect = "openai.chat" })), Sonnet35, """[{"text":"b"}]"""),
        ("MediaByUrl", Ask(User(new MediaPart(MediaKind.Image, new UrlSource("https://x.example/a.png", null)))), Sonnet35, null),
        ("MediaByUrl", Ask(User(new TextPart("a"), new DocumentPart(new UrlSource("https://x.example/a.pdf", null), null))), Sonnet35, null),
        ("MediaByFile", Ask(User(new MediaPart(MediaKind.Image, new FileSource("file-1")))), Sonnet35, null),
        ("ImageFormat", Ask(User(new MediaPart(MediaKind.Image, new InlineSource("image/tiff", "AA==")))), Sonnet35, null),
        ("AudioFormat", Ask(User(new MediaPart(MediaKind.Audio, new InlineSource("audio/midi", "AA==")))), Sonnet35, null),
        ("AudioFormat", Called with { Turns = [.. Called.Turns.Take(2), User(new ToolResultPart("t1", [new MediaPart(MediaKind.Audio, new InlineSource("audio/wav", "AA=="))], IsError: false))], Tools = [Tool("f")] }, Sonnet35, null),
        ("VideoFormat", Ask(User(new MediaPart(MediaKind.Video, new UrlSource("s3://b/film.avi", null)))), Sonnet35, null),
        ("DocumentFormat", Ask(User(new TextPart("a"), new DocumentPart(new InlineSource("application/zip", "AA=="), null))), Sonnet35, null),
        ("TextFormat", Ask(User(new TextPart("a"), new DocumentPart(new InlineSource("text/x-python; charset=utf-8", "AA=="), null))), Sonnet35, """{"document":{"format":"txt","name":"document","source":{"bytes":"AA=="}}}"""),
        ("DocumentName", Ask(User(new TextPart("a"), new DocumentPart(new TextSource("b"), "täglich.txt"))), Sonnet35, "\"name\":\"t-glich-txt\""),
        ("DocumentText", Ask(User(new DocumentPart(new TextSource("b"), "c"))), Sonnet35, """{"text":"See the document."}]"""),
        ("Detail", Ask(User(new MediaPart(MediaKind.Image, new InlineSource("image/png", "AA==")) { Detail = "high" })), Sonnet35, """{"image":{"format":"png","source":{"bytes":"AA=="}}}"""),
        ("Arguments", Ask(User("a"), Assistant(new ToolCallPart("t", "f", "{\"x\":"))) with { Tools = [Tool("f")] }, Sonnet35, "\"input\":{}"),
        ("Arguments", Ask(User("a"), Assistant(new ToolCallPart("t", "f", "[1]"))) with { Tools = [Tool("f")] }, Sonnet35, "\"input\":{}"),
        ("ToolsOfHistory", Called, Sonnet35, """toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}"""),
        ("ToolName", Hi with { Tools = [Tool("a.b")] }, Sonnet35, "\"name\":\"a_b\""),
        ("ToolId", Ask(User("a"), Assistant(new ToolCallPart("t.1", "f", "{}")), User(new ToolResultPart("t.1", [new TextPart("1")], IsError: false))) with { Tools = [Tool("f")] }, Sonnet35, """{"toolResult":{"toolUseId":"t_1","""),
        ("ForeignTool", Hi with { Tools = [Tool("f"), Tool("web_search") with { Opaque = RawJson.From("{}"), OpaqueDialect = "anthropic.messages" }] }, Sonnet35, """{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]}"""),
        ("ForcedForeignTool", Tooled with { ToolChoice = new ToolChoice(ToolChoiceMode.Named, "g") }, Sonnet35, null),
        ("ForcedForeignTool", Hi with { ToolChoice = new ToolChoice(ToolChoiceMode.Required) }, Sonnet35, null),
        ("NoTools", Tooled with { ToolChoice = new ToolChoice(ToolChoiceMode.None) }, Sonnet35, """[{"text":"hi"}]}]}"""),
        ("NoToolsWithHistory", Called with { Tools = [Tool("f")], ToolChoice = new ToolChoice(ToolChoiceMode.None) }, Sonnet35, """{"type":"object"}}}}]}}"""),
        ("Parallel", Tooled with { ParallelToolCalls = false }, Sonnet35, """{"type":"object"}}}}]}}"""),
        ("Count", Hi with { Count = 2 }, Sonnet35, null),
        ("Logprobs", Hi with { Logprobs = true }, Sonnet35, null),
        ("Logprobs", Hi with { TopLogprobs = 3 }, Sonnet35, null),
        ("BlankStop", Hi with { Stop = ["\n"] }, Sonnet35, null),
        ("EmptyStop", Hi with { Stop = ["", "END"] }, Sonnet35, """{"stopSequences":["END"]}"""),
        ("Prefill", Ask(User("a"), Assistant(new TextPart("{"))), Opus47, null),
        ("WebSearch", Hi.With("web_search_options", "{}"), Sonnet35, null),
        ("Hint", Hi.With("store", "true"), Sonnet35, """[{"text":"hi"}]}]}"""),
        ("AudioAnswer", Hi.With("audio", "{\"voice\":\"x\"}"), Sonnet35, null),
        ("Temperature", Hi with { Temperature = 1.7 }, Llama, """{"temperature":1}}"""),
        ("Sampling", Hi with { Temperature = 0.5, TopP = 0.5, TopK = 3 }, Opus47, """[{"text":"hi"}]}]}"""),
        ("TopPBesideTemperature", Hi with { Temperature = 0.5, TopP = 0.5 }, Sonnet45, """{"temperature":0.5}}"""),
        ("SamplingBesideThinking", Hi with { Temperature = 0.5, TopK = 3, Reasoning = new Reasoning { Enabled = true, BudgetTokens = 2000 } }, Sonnet45, """[{"text":"hi"}]}],"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}}"""),
        ("TopK", Hi with { TopK = 3 }, Llama, """[{"text":"hi"}]}]}"""),
        ("Penalties", Hi with { PresencePenalty = 0.5 }, Sonnet35, """[{"text":"hi"}]}]}"""),
        ("Penalties", Hi with { FrequencyPenalty = -0.5 }, Sonnet35, """[{"text":"hi"}]}]}"""),
        ("Seed", Hi with { Seed = 7 }, Sonnet35, """[{"text":"hi"}]}]}"""),
        ("User", Hi with { User = "u" }, Sonnet35, """[{"text":"hi"}]}]}"""),
        ("JsonObject", Hi with { Output = new OutputFormat(default) }, Sonnet35, """{"system":[{"text":"Answer with one JSON object and nothing else."}],"""),
        ("Grammar", Hi.With("guided_choice", "[\"a\"]"), Sonnet35, null),
        ("Grammar", Hi.With("guided_regex", "\"a+\""), Sonnet35, null),
        ("AudioAnswer", Hi.With("modalities", "[\"text\",\"audio\"]"), Sonnet35, null),
        ("CachePoint", Ask(User(new TextPart("hi") { Cache = new CacheHint(null) })), Llama, """[{"text":"hi"}]"""),
        ("CachePoint", Hi with { System = [new TextPart("") { Cache = new CacheHint(null) }] }, Sonnet35, """{"messages":"""),
        ("CachePoint", Ask(User(new TextPart("") { Cache = new CacheHint(null) }, new TextPart("hi"))), Sonnet35, """[{"text":"hi"}]"""),
        ("CachePoint", Hi with { Tools = [Tool("f") with { Cache = new CacheHint(null) }] }, Nova2, """{"type":"object"}}}}]}}"""),
        ("CachePoint", Ask(User("a"), Assistant(new ReasoningPart("b", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "c2ln")) { Cache = new CacheHint(null) })), Sonnet45, "\"signature\":\"c2ln\"}}}]}"),
        ("CacheTtl", Ask(User(new TextPart("hi") { Cache = new CacheHint("1h") })), Nova2, """{"cachePoint":{"type":"default"}}"""),
        ("ServiceTier", Hi.With("service_tier", "\"scale\""), Sonnet35, """[{"text":"hi"}]}]}"""),
        ("Extra", Hi.With("logit_bias", "{\"1\":2}"), Sonnet35, """[{"text":"hi"}]}]}"""),
        ("Extra", Hi.With("requestMetadata", "7"), Sonnet35, """[{"text":"hi"}]}]}"""),
        ("Extra", Hi.With("anthropic_beta", "[]"), Llama, """[{"text":"hi"}]}]}"""),
        ("Reasoning", Hi with { Reasoning = new Reasoning { Effort = "high" } }, Llama, """[{"text":"hi"}]}]}"""),
        ("Reasoning", Hi with { Reasoning = new Reasoning { Effort = "high" } }, Sonnet35, """[{"text":"hi"}]}]}"""),
        ("ReasoningOff", Hi with { Reasoning = new Reasoning { Enabled = false } }, GptOss, """[{"text":"hi"}]}]}"""),
        ("ReasoningOff", Hi with { Reasoning = new Reasoning { Enabled = false } }, Fable, """[{"text":"hi"}]}]}"""),
        ("ReasoningBudget", Hi with { Reasoning = new Reasoning { Effort = "low" } }, Sonnet45, """{"thinking":{"type":"enabled","budget_tokens":1024}}"""),
        ("ReasoningEffort", Hi with { Reasoning = new Reasoning { Enabled = true, BudgetTokens = 30000 } }, Opus47, """outputConfig":{"effort":"high"},"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}"""),
        ("ReasoningEffort", Hi with { Reasoning = new Reasoning { Effort = "minimal" } }, Opus47, """{"effort":"low"}"""),
        ("ReasoningEffort", Hi with { Reasoning = new Reasoning { Effort = "xhigh" } }, Opus46, """{"effort":"high"}"""),
        ("ReasoningEffort", Hi with { Reasoning = new Reasoning { Effort = "high" }, MaxTokens = 10 }, Nova2, """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}"""),
        ("ReasoningEffort", Hi with { Reasoning = new Reasoning { Effort = "xhigh" } }, GptOss, """{"reasoning_effort":"high"}"""),
        ("ReasoningNoRoom", Hi with { Reasoning = new Reasoning { Effort = "low" }, MaxTokens = 1024 }, Sonnet45, """{"maxTokens":1024}}"""),
        ("ReasoningForcedTool", Tooled with { Reasoning = new Reasoning { Effort = "low" }, ToolChoice = new ToolChoice(ToolChoiceMode.Required) }, Sonnet45, """{"any":{}}}}"""),
        ("ReasoningLost", Called with { Tools = [Tool("f")], Reasoning = new Reasoning { Effort = "low" } }, Sonnet45, """{"type":"object"}}}}]}}"""),
        ("Visible", Hi with { Reasoning = new Reasoning { Effort = "low", Visible = true } }, GptOss, """{"reasoning_effort":"low"}"""),
    ];

    private static readonly FieldInfo[] Fields = typeof(ConverseRules).GetFields(BindingFlags.Static | BindingFlags.Public)
        .Where(f => f.FieldType == typeof(FidelityRule)).ToArray();

    public static IEnumerable<TheoryDataRow<string, int>> Numbers => Cases.Select((c, i) => new TheoryDataRow<string, int>(c.Rule, i));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_rule_is_told_whenever_it_is_applied(string name, int number)
    {
        var (_, request, model, written) = Cases[number];
        var rule = (FidelityRule)Fields.Single(f => f.Name == name).GetValue(null)!;

        var (body, rules) = Rules(request, model);

        rules.Distinct().ShouldBe([rule]);
        (rule.Outcome == FidelityOutcome.Refused).ShouldBe(written is null);
        if (written is not null) body.ShouldContain(written, Case.Sensitive, body);
    }

    [Fact]
    public void Every_rule_has_a_case_and_stands_in_the_table()
    {
        BedrockConverseUpstream.Instance.Rules.Except([SeveralAnswers.Rule]).ShouldBe(Fields.Select(f => (FidelityRule)f.GetValue(null)!), ignoreOrder: true);
        Cases.Select(c => c.Rule).Distinct().ShouldBe(Fields.Select(f => f.Name), ignoreOrder: true);
    }

    [Fact]
    public void A_schema_whose_names_are_no_text_is_sent_as_it_is() =>
        Write(Hi with { Tools = [new Tool("f", null, RawJson.From("{\"\\ud83d\":1}"))] }, Sonnet35).ShouldContain("{\"type\":\"object\",\"\\ud83d\":1}");

    [Fact]
    public void Other_makers_take_stop_sequences_of_white_space() => Rules(Hi with { Stop = ["\n"] }, Llama).Rules.ShouldBeEmpty();

    [Fact]
    public void Parameters_are_named_by_their_place_in_the_clients_body()
    {
        var log = new FidelityLog();
        Write(Hi with { Temperature = 0.5, TopK = 3, PresencePenalty = 1, Stop = [""], ParallelToolCalls = false, Tools = [Tool("f")] }, log, Opus47);
        log.Entries.Select(e => e.Pointer).ShouldBe(["/stop", "/temperature", "/top_k", "/presence_penalty", "/parallel_tool_calls"], ignoreOrder: true);
        log.Entries.ShouldAllBe(e => e.Pointer.Length > 0);
    }

    [Fact]
    public void A_rule_points_to_the_part_that_it_is_about()
    {
        var log = new FidelityLog();

        Write(Ask(User(new MediaPart(MediaKind.Image, new UrlSource("https://x.example/a", null)) { Pointer = "/messages/0/content/1" })), log);

        log.Refusal!.Pointer.ShouldBe("/messages/0/content/1");
    }
}
