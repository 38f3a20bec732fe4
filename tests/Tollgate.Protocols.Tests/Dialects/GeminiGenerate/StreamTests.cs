using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Answers;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

public sealed class StreamTests
{
    private const string Head = "\"modelVersion\":\"m1\",\"responseId\":\"r-1\",\"createTime\":\"2025-09-01T10:00:00Z\"";

    private static string Frame(string parts, string more = "", string usage = "") =>
        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]}" + more + "}]," + usage + Head + "}";

    [Fact]
    public void A_stream_and_the_whole_answer_are_the_same()
    {
        const string Usage = "\"usageMetadata\":{\"promptTokenCount\":7,\"candidatesTokenCount\":3,\"thoughtsTokenCount\":2,\"totalTokenCount\":12},";
        var streamed = Stream(
            Frame("{\"text\":\"Hm\",\"thought\":true}", usage: "\"usageMetadata\":{\"promptTokenCount\":7,\"totalTokenCount\":7},"),
            Frame("{\"text\":\"m\",\"thought\":true}"),
            Frame("{\"text\":\"Grü\"}"),
            Frame("{\"text\":\"ße 🧑‍🚀\"}"),
            Frame("{\"text\":\"\",\"thoughtSignature\":\"dHh0\"}"),
            Frame("{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\": 1}},\"thoughtSignature\":\"c2ln\"},{\"functionCall\":{\"name\":\"f\",\"args\":{}}}"),
            Frame("{\"text\":\"\"}", ",\"finishReason\":\"STOP\"", Usage));
        var whole = Unary(Frame(
            "{\"text\":\"Hmm\",\"thought\":true},{\"text\":\"Grüße 🧑‍🚀\",\"thoughtSignature\":\"dHh0\"},{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\": 1}},\"thoughtSignature\":\"c2ln\"},{\"functionCall\":{\"name\":\"f\",\"args\":{}}}",
            ",\"finishReason\":\"STOP\"",
            Usage));

        streamed.ShouldBeInOrder();
        whole.ShouldBeInOrder();
        Fold(streamed).Told().ShouldBe(Fold(whole).Told());
        Fold(streamed).Usage.ShouldBe(new TokenUsage { Input = 7, Output = 5, Reasoning = 2 });
        Fold(streamed).Choices.Single().Finish.ShouldBe(FinishReason.ToolCalls);
    }

    [Fact]
    public void The_first_event_has_the_usage_known_so_far() =>
        Stream(Frame("{\"text\":\"a\"}", usage: "\"usageMetadata\":{\"promptTokenCount\":7},"))[0]
            .ShouldBe(new ChatEvent(ChatEventKind.Start) { Id = "r-1", Name = "m1", Created = 1756720800, Usage = new TokenUsage { Input = 7 } });

    [Fact]
    public void Sources_that_come_last_belong_to_the_whole_text()
    {
        const string Sources = ",\"finishReason\":\"STOP\",\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"https://a.example/\",\"title\":\"A\"}}]}";
        var streamed = Stream(Frame("{\"text\":\"one \"}"), Frame("{\"text\":\"two\"}", Sources));
        streamed.ShouldBeInOrder();
        Fold(streamed).Told().ShouldBe(Fold(Unary(Frame("{\"text\":\"one two\"}", Sources))).Told());
        ((TextPart)Fold(streamed).Choices.Single().Parts.Single()).Annotations.ToString().ShouldContain("\"end_index\":7");
    }

    [Fact]
    public void Models_that_say_stop_in_every_chunk_are_read_to_the_end() =>
        Fold(Stream(Frame("{\"text\":\"a\"}", ",\"finishReason\":\"STOP\""), Frame("{\"text\":\"b\"}", ",\"finishReason\":\"MAX_TOKENS\"")))
            .Choices.Single().ShouldSatisfyAllConditions(c => c.Parts.ShouldBe([new TextPart("ab")]), c => c.Finish.ShouldBe(FinishReason.Length));

    [Fact]
    public void A_stream_that_stops_without_a_reason_is_not_whole() =>
        Stream(Frame("{\"text\":\"a\"}")).ShouldNotContain(e => e.Kind == ChatEventKind.End || e.Kind == ChatEventKind.Finish);

    [Fact]
    public void A_stream_in_which_one_of_two_answers_is_cut_is_not_whole() =>
        Stream(Frame("{\"text\":\"a\"}", ",\"index\":1"), Frame("{\"text\":\"b\"}", ",\"finishReason\":\"STOP\"")).ShouldNotContain(e => e.Kind == ChatEventKind.End);

    [Fact]
    public void An_empty_stream_is_not_whole() => Stream().ShouldBeEmpty();

    [Fact]
    public void A_blocked_prompt_ends_a_stream() =>
        Stream("""{"promptFeedback":{"blockReason":"SAFETY"}}""").Select(e => e.Kind).ShouldBe([ChatEventKind.Start, ChatEventKind.Finish, ChatEventKind.End]);

    [Theory]
    [InlineData("""{"error":{"code":503,"message":"Busy","status":"UNAVAILABLE"}}""", 503)]
    [InlineData("""[{"error":{"message":"Busy","status":"UNAVAILABLE"}}]""", 503)]
    [InlineData("""{"error":{"code":14,"message":"Busy","status":"UNAVAILABLE","details":[]}}""", 503)]
    [InlineData("""{"error":{"message":"Busy","status":"RESOURCE_EXHAUSTED"}}""", 429)]
    [InlineData("""{"error":{"message":"Busy","status":"NEW"}}""", 500)]
    public void An_error_in_mid_stream_is_the_last_that_is_told(string frame, int status)
    {
        var events = Stream(Frame("{\"text\":\"a\"}"), frame, Frame("{\"text\":\"b\"}", ",\"finishReason\":\"STOP\""));
        events[^1].ShouldSatisfyAllConditions(e => e.Kind.ShouldBe(ChatEventKind.Error), e => e.Text.ShouldBe("Busy"), e => e.Index.ShouldBe(status));
        Fold(events).IsWhole.ShouldBeFalse();
    }

    [Fact]
    public void An_exception_of_the_transport_is_an_error()
    {
        var events = new List<ChatEvent>();
        GeminiGenerateUpstream.Instance.CreateEventReader(Asking.Hi).Read("reset"u8, "gone"u8, isException: true, events);
        events.ShouldBe([new ChatEvent(ChatEventKind.Error) { Name = "reset", Text = "gone", Index = 500 }]);
    }

    [Theory]
    [InlineData("{\"cand")]
    [InlineData("7")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"candidates\":[{\"groundingMetadata\":{\"\\ud800\":1}}]}")]
    [InlineData("{\"candidates\":[null,{\"content\":[]},{\"content\":{\"parts\":[1,{}]}}]}")]
    public void A_frame_that_cannot_be_read_is_skipped(string frame) =>
        Fold(Stream(Frame("{\"text\":\"a\"}"), frame, Frame("{\"text\":\"b\"}", ",\"finishReason\":\"STOP\""))).Choices.Single().Parts.ShouldBe([new TextPart("ab")]);

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        ((TextPart)Fold(Stream(Frame("{\"text\":\"a\\ud83d\"}", ",\"finishReason\":\"STOP\""))).Choices.Single().Parts.Single()).Text.ShouldStartWith("a\ufffd");

    [Fact]
    public void An_array_of_chunks_is_a_stream_too() =>
        Fold(Unary("[" + Frame("{\"text\":\"a\"}") + "," + Frame("{\"text\":\"b\"}", ",\"finishReason\":\"STOP\"") + "]")).Choices.Single().Parts.ShouldBe([new TextPart("ab")]);
}
