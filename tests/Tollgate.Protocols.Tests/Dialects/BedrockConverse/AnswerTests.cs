using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.BedrockConverse.Converse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

public sealed class AnswerTests
{
    private const string Usage = "\"usage\":{\"inputTokens\":9,\"outputTokens\":4,\"totalTokens\":13}";

    private static readonly ChatRequest Tools = Hi with { Tools = [Tool("get.weather"), Tool("get_time")] };

    private static readonly (string Unary, ConverseStream Stream) Rich = (
        """
        {"metrics":{"latencyMs":321},"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"text":"Let me think. ","signature":"c2ln+/="}}},
        {"reasoningContent":{"reasoningText":{"text":"","signature":"b25seQ=="}}},
        {"reasoningContent":{"redactedContent":"cmVk"}},
        {"text":"Grüße, 世界! \ud83e\uddd1\u200d🚀"},
        {"text":" more"},
        {"someday":{"new":true}},
        {"citationsContent":{"content":[{"text":"Doors are "},{"text":"2 m"}],"citations":[{"title":"D","sourceContent":[{"text":"2 "},{"text":"m"}],"location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}},{"title":"E"},{"location":{"web":{"url":"https://x.example"}}}]}},
        {"toolUse":{"toolUseId":"tu_1","name":"get_weather","input":{"city":"Lima", "n":1.0}}},
        {"toolUse":{"toolUseId":"tu_2","name":"get_time","input":{}}}]}},
        "stopReason":"tool_use","usage":{"inputTokens":9,"outputTokens":4,"totalTokens":13}}
        """,
        new ConverseStream(Tools).Start()
            .Delta(0, """{"reasoningContent":{"text":"Let me "}}""").Delta(0, """{"reasoningContent":{"text":"think. "}}""")
            .Delta(0, """{"reasoningContent":{"signature":"c2ln+/="}}""").Stop(0)
            .Delta(1, """{"reasoningContent":{"signature":"b25seQ=="}}""").Stop(1)
            .Delta(2, """{"reasoningContent":{"redactedContent":"cmVk"}}""").Stop(2)
            .Delta(3, """{"text":"Grüße, "}""").Delta(3, "{\"text\":\"世界! \\ud83e\"}").Delta(3, "{\"text\":\"\\uddd1\\u200d🚀\"}").Stop(3)
            .Delta(4, """{"text":" more"}""").Stop(4)
            .Delta(5, """{"someday":{"new":true}}""").Event("someday", "{}").Stop(5)
            .Delta(6, """{"text":"Doors are "}""").Delta(6, """{"citation":{"title":"D","sourceContent":[{"text":"2 m"}],"location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}}}""")
            .Delta(6, """{"text":"2 m"}""").Delta(6, """{"citation":{"title":"E"}}""")
            .Delta(6, """{"citation":{"location":{"web":{"url":"https://x.example"}}}}""").Stop(6)
            .Call(7, "tu_1", "get_weather").Delta(7, "{\"toolUse\":{\"input\":\"\"}}").Delta(7, "{\"toolUse\":{\"input\":\"{\\\"city\\\":\"}}")
            .Delta(7, "{\"toolUse\":{\"input\":\"\\\"Lima\\\", \\\"n\\\":1.0}\"}}").Stop(7)
            .Call(8, "tu_2", "get_time").Stop(8)
            .End("tool_use").Usage());

    [Fact]
    public void A_whole_answer_is_read_into_its_parts()
    {
        var events = ReadEvents(Rich.Unary, Tools);

        ShouldKeepTheForm(events);
        var answer = Fold(events);
        answer.IsWhole.ShouldBeTrue();
        answer.Id.ShouldBeNull();
        answer.Model.ShouldBeNull();
        var choice = answer.Choices.ShouldHaveSingleItem();
        choice.Finish.ShouldBe(FinishReason.ToolCalls);
        choice.NativeFinish.ShouldBe("tool_use");
        var cited = choice.Parts[5].ShouldBeOfType<TextPart>();
        cited.Text.ShouldBe("Doors are 2 m");
        cited.AnnotationsDialect.ShouldBe("anthropic.messages");
        cited.Annotations.ToString().ShouldBe(
            """[{"type":"page_location","document_index":0,"document_title":"D","start_page_number":1,"end_page_number":2,"cited_text":"2 m"},"""
            + """{"type":"web_search_result_location","url":"https://x.example","title":null,"encrypted_index":"","cited_text":""}]""");
        choice.Parts.Where((_, i) => i != 5).ShouldBe(
        [
            new ReasoningPart("Let me think. ", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "c2ln+/=")),
            new ReasoningPart("", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "b25seQ==")),
            new ReasoningPart(null, new OpaqueToken("anthropic", OpaqueTokenKind.Redacted, "cmVk")),
            new TextPart("Grüße, 世界! 🧑\u200d🚀"),
            new TextPart(" more"),
            new ToolCallPart("tu_1", "get.weather", """{"city":"Lima", "n":1.0}"""),
            new ToolCallPart("tu_2", "get_time", "{}"),
        ]);
    }

    [Fact]
    public void A_stream_says_the_same_as_a_whole_answer_wherever_it_is_cut()
    {
        var wanted = Describe(Fold(ReadEvents(Rich.Unary, Tools)));
        ShouldKeepTheForm(Rich.Stream.Read());
        for (var cut = 0; cut < Rich.Stream.Length; cut++) Describe(Fold(Rich.Stream.Read(cut))).ShouldBe(wanted);
    }

    [Theory]
    [InlineData("documentChar", """{"type":"char_location","document_index":3,"document_title":"T","start_char_index":1,"end_char_index":2,"cited_text":""}""")]
    [InlineData("documentPage", """{"type":"page_location","document_index":3,"document_title":"T","start_page_number":1,"end_page_number":2,"cited_text":""}""")]
    [InlineData("documentChunk", """{"type":"content_block_location","document_index":3,"document_title":"T","start_block_index":1,"end_block_index":2,"cited_text":""}""")]
    [InlineData("searchResultLocation", """{"type":"search_result_location","source":"S","title":"T","search_result_index":4,"start_block_index":1,"end_block_index":2,"cited_text":""}""")]
    public void Citations_are_told_in_Anthropics_words(string kind, string told)
    {
        const string Place = """{"documentIndex":3,"searchResultIndex":4,"start":1,"end":2}""";
        var citation = $$$"""{"title":"T","source":"S","location":{"{{{kind}}}":{{{Place}}} } }""";
        var answer = Fold(new ConverseStream().Start().Delta(0, """{"text":"a"}""").Delta(0, $$"""{"citation":{{citation}}}""").End().Read());

        answer.Choices.Single().Parts.Single().ShouldBeOfType<TextPart>().Annotations.ToString().ShouldBe('[' + told + ']');
    }

    [Fact]
    public void An_emoji_that_is_split_over_two_deltas_is_one_again()
    {
        var texts = new ConverseStream().Start().Delta(0, "{\"text\":\"a\\ud83d\"}").Delta(0, "{\"text\":\"\\ude00b\"}").End().Usage()
            .Read().Where(e => e.Kind == ChatEventKind.Text).Select(e => e.Text);

        texts.ShouldBe(["a", "😀b"]);
    }

    [Theory]
    [InlineData("\\ud83d", "\uFFFD")]
    [InlineData("\\ude00 x", "\uFFFD x")]
    [InlineData("\\ud83dx", "\uFFFDx")]
    public void Half_an_emoji_is_replaced(string escaped, string text)
    {
        var body = $$$"""{"output":{"message":{"content":[{"text":"{{{escaped}}}"}]}},"stopReason":"end_turn"}""";

        Fold(ReadEvents(body)).Choices.Single().Parts.ShouldBe([new TextPart(text)]);
        Fold(new ConverseStream().Start().Delta(0, $$"""{"text":"{{escaped}}"}""").End().Read()).Choices.Single().Parts.ShouldBe([new TextPart(text)]);
    }

    [Theory]
    [InlineData("end_turn", FinishReason.Stop)]
    [InlineData("stop_sequence", FinishReason.StopSequence)]
    [InlineData("tool_use", FinishReason.ToolCalls)]
    [InlineData("max_tokens", FinishReason.Length)]
    [InlineData("model_context_window_exceeded", FinishReason.Length)]
    [InlineData("guardrail_intervened", FinishReason.ContentFilter)]
    [InlineData("content_filtered", FinishReason.ContentFilter)]
    [InlineData("malformed_model_output", FinishReason.Malformed)]
    [InlineData("malformed_tool_use", FinishReason.Malformed)]
    [InlineData("something_new", FinishReason.Other)]
    public void Every_stop_reason_has_its_meaning(string native, FinishReason reason)
    {
        var unary = Fold(ReadEvents($$$"""{"output":{"message":{"content":[]}},"stopReason":"{{{native}}}"}""")).Choices.Single();
        var streamed = Fold(new ConverseStream().Start().End(native).Usage().Read()).Choices.Single();

        foreach (var choice in new[] { unary, streamed }) (choice.Finish, choice.NativeFinish).ShouldBe((reason, native));
    }

    [Fact]
    public void The_stop_sequence_that_was_met_is_told_when_Bedrock_tells_it()
    {
        const string Stop = """{"stopReason":"stop_sequence","additionalModelResponseFields":{"stop_sequence":"END"}}""";

        Fold(new ConverseStream().Start().Event("messageStop", Stop).Read()).Choices.Single().StopSequence.ShouldBe("END");
        Fold(ReadEvents("""{"output":{"message":{"content":[]}},""" + Stop[1..])).Choices.Single().StopSequence.ShouldBe("END");
    }

    [Theory]
    [InlineData("""{"inputTokens":12,"outputTokens":5,"totalTokens":17}""", 12L, null, null, 5L)]
    [InlineData("""{"inputTokens":12,"outputTokens":5,"cacheReadInputTokens":100,"cacheWriteInputTokens":30}""", 142L, 100L, 30L, 5L)]
    [InlineData("""{"inputTokens":12,"cacheReadInputTokens":0}""", 12L, 0L, null, null)]
    [InlineData("""{"inputTokens":"12","outputTokens":-1}""", null, null, null, null)]
    public void Usage_counts_what_was_cached_as_input(string usage, long? input, long? cached, long? created, long? output)
    {
        var wanted = new TokenUsage { Input = input, CachedInput = cached, CacheCreation = created, Output = output };

        Fold(ReadEvents($$$"""{"output":{"message":{"content":[]}},"stopReason":"end_turn","usage":{{{usage}}}}""")).Usage.ShouldBe(wanted);
        Fold(new ConverseStream().Start().End().Usage(usage).Read()).Usage.ShouldBe(wanted);
    }

    [Fact]
    public void Usage_splits_cache_writes_by_how_long_they_are_kept_and_names_the_tier()
    {
        const string Usage = """{"inputTokens":1,"outputTokens":2,"cacheWriteInputTokens":30,"cacheDetails":[{"ttl":"5m","inputTokens":10},{"ttl":"1h","inputTokens":20}]}""";
        var wanted = new TokenUsage { Input = 31, CacheCreation = 30, CacheCreation1h = 20, Output = 2, ServiceTier = "flex" };

        Fold(ReadEvents($$$"""{"output":{"message":{"content":[]}},"stopReason":"end_turn","serviceTier":{"type":"flex"},"usage":{{{Usage}}}}""")).Usage.ShouldBe(wanted);
    }

    [Theory]
    [InlineData("""{"stopReason":"end_turn"}""", "'output.message'")]
    [InlineData("""{"output":null}""", "'output.message'")]
    [InlineData("""{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}""", "UnknownOperationException")]
    [InlineData("""{"message":"Too long"}""", "Too long")]
    [InlineData("null", "'output.message'")]
    [InlineData("<html>", "no JSON")]
    public void An_answer_without_a_message_is_none(string body, string says) =>
        Should.Throw<FormatException>(() => ReadEvents(body)).Message.ShouldContain(says);

    [Fact]
    public void A_guardrail_may_answer_without_a_message()
    {
        var answer = Fold(ReadEvents($$"""{"stopReason":"guardrail_intervened",{{Usage}}}"""));

        answer.IsWhole.ShouldBeTrue();
        answer.Usage.Input.ShouldBe(9);
        answer.Choices.Single().Parts.ShouldBeEmpty();
        answer.Choices.Single().Finish.ShouldBe(FinishReason.ContentFilter);
    }
}
