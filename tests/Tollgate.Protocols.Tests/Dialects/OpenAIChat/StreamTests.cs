using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIChat;

public sealed class StreamTests
{
    private const string Head = "\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,\"model\":\"m-1\"";

    private static string Delta(string delta, string finish = "null", string rest = "", int index = 0)
        => $$"""{{{Head}},"choices":[{"index":{{index}},"delta":{{delta}},"finish_reason":{{finish}}{{rest}}}]}""";

    private static string Call(int index, string arguments, string? head = null)
    {
        var (id, name) = head is null ? ("", "") : ($"\"id\":\"{head}\",\"type\":\"function\",", $"\"name\":\"{head}-tool\",");
        return Delta($$$"""{"tool_calls":[{"index":{{{index}}},{{{id}}}"function":{{{{name}}}"arguments":"{{{arguments}}}"}}]}""");
    }

    private static readonly string Whole = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1750000000,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant",
        "content":"It is 🌡️ warm","refusal":null,"reasoning_content":"Look it up","annotations":[{"type":"url_citation"},{"type":"other"}],
        "tool_calls":[{"id":"a","type":"function","function":{"name":"a-tool","arguments":"{\"x\": 1}"}},{"id":"b","type":"function","function":{"name":"b-tool","arguments":"{\"y\":\"}\"}"}}]},
        "logprobs":{"content":[{"token":"It","logprob":-0.1},{"token":" is","logprob":-0.25}],"refusal":null},"finish_reason":"tool_calls"}],
        "usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42,"prompt_tokens_details":{"cached_tokens":20,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":5}}}
        """;

    private static readonly string[] Chunks =
    [
        """{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]}""",
        Delta("""{"role":"assistant","content":"","refusal":null}"""),
        Delta("""{"reasoning_content":"Look "}"""),
        Delta("""{"reasoning_content":"it up"}"""),
        Delta("""{"content":"It is "}""", rest: ",\"logprobs\":{\"content\":[{\"token\":\"It\",\"logprob\":-0.1}]}"),
        Delta("{\"content\":\"\\ud83c\"}"),
        Delta("{\"content\":\"\\udf21️ warm\",\"annotations\":[{\"type\":\"url_citation\"}]}", rest: ",\"logprobs\":{\"content\":[{\"token\":\" is\",\"logprob\":-0.25}]}"),
        Delta("""{"annotations":[{"type":"other"}]}"""),
        Call(0, "", "a"),
        Call(1, "", "b"),
        Call(0, "{\\\"x\\\":"),
        Call(1, "{\\\"y\\\":"),
        Call(0, " 1}"),
        Call(1, "\\\"}\\\"}"),
        Delta("{}", "\"tool_calls\""),
        "{" + Head + ""","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42,"prompt_tokens_details":{"cached_tokens":20,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":5}}}""",
        "[DONE]",
    ];

    [Fact]
    public void A_stream_and_a_whole_answer_fold_to_the_same()
    {
        var streamed = Chat.Describe(Chat.Fold(Chat.ReadStream(Chunks)));

        streamed.ShouldBe(Chat.Describe(Chat.Fold(Chat.ReadResponse(Whole))));
        streamed.ShouldContain("It is 🌡️ warm [{\"type\":\"url_citation\"},{\"type\":\"other\"}] openai.chat");
        streamed.ShouldContain("Arguments = {\"x\": 1}");
        streamed.ShouldContain("Arguments = {\"y\":\"}\"}");
    }

    [Fact]
    public void Deltas_come_out_as_they_come_in()
    {
        var events = Chat.ReadStream([Delta("""{"content":"a"}"""), Delta("""{"content":"b"}""")], complete: false);

        events.Select(e => e.Kind).ShouldBe([ChatEventKind.Start, ChatEventKind.Text, ChatEventKind.Text]);
        events[0].ShouldBe(new ChatEvent(ChatEventKind.Start) { Id = "chatcmpl-1", Name = "m-1", Created = 1750000000 });
    }

    [Fact]
    public void A_second_call_goes_out_at_once_when_the_first_is_whole()
    {
        var events = Chat.ReadStream([Call(0, "{}", "a"), Call(1, "{\\\"q\\\":", "b")], complete: false);

        events.Select(e => e.Kind).ShouldBe(
            [ChatEventKind.Start, ChatEventKind.ToolCall, ChatEventKind.Arguments, ChatEventKind.BlockEnd, ChatEventKind.ToolCall, ChatEventKind.Arguments]);
    }

    [Fact]
    public void A_call_waits_while_the_one_before_it_is_not_whole()
    {
        var events = Chat.ReadStream([Call(0, "{", "a"), Call(1, "{}", "b"), Delta("""{"content":"then"}"""), Call(0, "}"), Delta("{}", "\"tool_calls\"")]);

        Chat.Fold(events).Choices.Single().Parts.ShouldBe(
            [new ToolCallPart("a", "a-tool", "{}"), new ToolCallPart("b", "b-tool", "{}"), new TextPart("then")]);
    }

    [Theory]
    [InlineData("""{"index":0,"id":"x","function":{"name":"f","arguments":"{}"}}""", """{"index":0,"id":"y","function":{"name":"g","arguments":"{}"}}""", "x", "y")]
    [InlineData("""{"id":"x","function":{"name":"f","arguments":{}}}""", """{"id":"y","function":{"name":"g","arguments":"{}"}}""", "x", "y")]
    [InlineData("""{"function":{"name":"f"}}""", """{"id":"","function":{"name":"g","arguments":null}}""", "call_0", "call_1")]
    [InlineData("""{"index":1,"id":null,"function":{"name":"f","arguments":"{}"}}""", """{"index":2,"function":{"name":"g","arguments":"{}"}}""", "call_0", "call_1")]
    public void Calls_of_careless_servers_stay_apart(string first, string second, string firstId, string secondId)
    {
        var stream = Chat.ReadStream([Delta($$"""{"tool_calls":[{{first}}]}"""), Delta($$"""{"tool_calls":[{{second}}]}"""), Delta("{}", "\"stop\"")]);

        var choice = Chat.Fold(stream).Choices.Single();
        choice.Parts.ShouldBe([new ToolCallPart(firstId, "f", "{}"), new ToolCallPart(secondId, "g", "{}")]);
        choice.Finish.ShouldBe(FinishReason.ToolCalls);
        var whole = Chat.ReadResponse($$$"""{"choices":[{"message":{"tool_calls":[{{{first}}},{{{second}}}]},"finish_reason":"stop"}]}""");
        Chat.Fold(whole).Choices.Single().Parts.ShouldBe(choice.Parts);
    }

    [Fact]
    public void An_id_that_is_made_is_new_in_the_conversation()
    {
        var request = new ChatRequest { Dialect = "openai.responses", Turns = [new Turn(Role.Assistant, [new ToolCallPart("call_0", "f", "{}")])] };

        var events = Chat.ReadStream([Delta("""{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]}""")], request, complete: false);

        events.Single(e => e.Kind == ChatEventKind.ToolCall).Id.ShouldBe("call_1");
    }

    [Theory]
    [InlineData("stop", FinishReason.Stop)]
    [InlineData("eos", FinishReason.Stop)]
    [InlineData("end_turn", FinishReason.Stop)]
    [InlineData("stop_sequence", FinishReason.StopSequence)]
    [InlineData("length", FinishReason.Length)]
    [InlineData("max_tokens", FinishReason.Length)]
    [InlineData("tool_calls", FinishReason.ToolCalls)]
    [InlineData("function_call", FinishReason.ToolCalls)]
    [InlineData("content_filter", FinishReason.ContentFilter)]
    [InlineData("malformed_function_call", FinishReason.Malformed)]
    [InlineData("unexpected_tool_call", FinishReason.Malformed)]
    [InlineData("insufficient_system_resource", FinishReason.Other)]
    public void Finish_reasons_are_read(string native, FinishReason expected)
    {
        var choice = Chat.Fold(Chat.ReadStream([Delta("""{"content":"x"}"""), Delta("{}", $"\"{native}\"")])).Choices.Single();

        choice.Finish.ShouldBe(expected);
        choice.NativeFinish.ShouldBe(native);
    }

    [Fact]
    public void The_stop_sequence_that_vllm_names_is_told()
    {
        var request = Chat.Question with { Stop = ["END"] };

        var choice = Chat.Fold(Chat.ReadStream([Delta("""{"content":"x"}""", "\"stop\"", ",\"stop_reason\":\"END\"")], request)).Choices.Single();

        (choice.Finish, choice.StopSequence).ShouldBe((FinishReason.StopSequence, "END"));
    }

    [Theory]
    [InlineData("""{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}""", "requests", "slow down", 429)]
    [InlineData("""{"error":{"message":"busy","code":503}}""", "server_error", "busy", 503)]
    [InlineData("""{"error":{"message":"no","type":"invalid_request_error","code":"context_length_exceeded"}}""", "invalid_request_error", "no", 400)]
    [InlineData("""{"error":"it broke"}""", "server_error", "it broke", 502)]
    [InlineData("""{"object":"error","message":"bad","type":"BadRequestError","code":400}""", "BadRequestError", "bad", 400)]
    public void An_error_in_a_stream_ends_it(string frame, string type, string message, int status)
    {
        var events = Chat.ReadStream([Delta("""{"content":"x"}"""), frame, "[DONE]", Delta("""{"content":"y"}""", "\"stop\"")]);

        events[^1].ShouldBe(new ChatEvent(ChatEventKind.Error) { Name = type, Text = message, Index = status });
        Chat.Fold(Chat.ReadResponse(frame)).Error.ShouldBe(events[^1]);
    }

    [Fact]
    public void A_named_error_event_is_an_error_whatever_it_holds()
    {
        var reader = Tollgate.Protocols.Dialects.OpenAIChat.OpenAIChatUpstream.Instance.CreateEventReader(Chat.Question);
        var events = new List<ChatEvent>();

        reader.Read("error"u8, """{"message":"gone"}"""u8, isException: false, events);

        events.ShouldBe([new ChatEvent(ChatEventKind.Error) { Name = "server_error", Text = "gone", Index = 502 }]);
    }

    [Fact]
    public void A_stream_without_a_finish_is_not_whole()
        => Chat.Fold(Chat.ReadStream([Delta("""{"content":"x"}""")])).IsWhole.ShouldBeFalse();

    [Fact]
    public void A_stream_that_only_says_done_is_not_whole() => Chat.ReadStream(["[DONE]"]).ShouldBeEmpty();

    [Fact]
    public void A_finish_is_enough_when_done_never_comes()
    {
        var events = Chat.ReadStream([Delta("""{"content":"x"}""", "\"stop\"")]);

        events[^1].Kind.ShouldBe(ChatEventKind.End);
    }

    [Fact]
    public void Every_answer_that_was_asked_for_needs_its_finish()
    {
        var two = Chat.Question with { Count = 2 };

        Chat.Fold(Chat.ReadStream([Delta("""{"content":"x"}""", "\"stop\"")], two)).IsWhole.ShouldBeFalse();
        Chat.Fold(Chat.ReadStream([Delta("""{"content":"x"}""", "\"stop\""), Delta("""{"content":"y"}""", "\"length\"", index: 1)], two))
            .Choices.Select(c => c.Finish).ShouldBe([FinishReason.Stop, FinishReason.Length]);
    }

    [Fact]
    public void Several_answers_arrive_in_turns_and_fold_apart()
    {
        var streamed = Chat.ReadStream(
        [
            Delta("""{"content":"a"}"""), Delta("""{"content":"x"}""", index: 1), Delta("""{"content":"b"}"""), Delta("""{"content":"y"}""", "\"length\"", index: 1),
            Delta("{}", "\"stop\""), "[DONE]",
        ]);
        var whole = Chat.ReadResponse("""
            {"id":"chatcmpl-1","created":1750000000.0,"model":"m-1","choices":[{"index":0,"message":{"content":"ab"},"finish_reason":"stop"},{"index":1,"message":{"content":"xy"},"finish_reason":"length"}]}
            """);

        Chat.Describe(Chat.Fold(streamed)).ShouldBe(Chat.Describe(Chat.Fold(whole)));
    }

    [Fact]
    public void A_function_call_of_old_is_a_call()
    {
        var events = Chat.ReadStream(
            [Delta("""{"function_call":{"name":"f","arguments":""}}"""), Delta("""{"function_call":{"arguments":"{\"a\":1}"}}"""), Delta("{}", "\"function_call\"")]);

        var choice = Chat.Fold(events).Choices.Single();
        choice.Parts.ShouldBe([new ToolCallPart("call_0", "f", "{\"a\":1}")]);
        choice.Finish.ShouldBe(FinishReason.ToolCalls);
    }

    [Fact]
    public void An_empty_error_is_none()
        => Chat.ReadStream(["""{"error":"","choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}"""])[^1].Kind.ShouldBe(ChatEventKind.End);

    [Fact]
    public void Done_ends_a_choice_that_has_no_reason()
    {
        var choice = Chat.Fold(Chat.ReadStream([Delta("""{"content":"x"}"""), "[DONE]"])).Choices.Single();

        (choice.Finish, choice.NativeFinish).ShouldBe((FinishReason.Stop, null));
    }

    [Theory]
    [InlineData("""{"choices":null,"usage":{"prompt_tokens":3.0,"completion_tokens":2}}""")]
    [InlineData("""{"usage":{"prompt_tokens":3,"completion_tokens":2.0}}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":3,"completion_tokens":2}}""")]
    [InlineData("""{"choices":[],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":2}}}""")]
    public void Usage_is_read_wherever_it_stands(string chunk)
    {
        var events = Chat.ReadStream([Delta("""{"content":"x"}""", "\"stop\""), chunk, """{"choices":[],"usage":null}""", "[DONE]"]);

        Chat.Fold(events).Usage.ShouldBe(new TokenUsage { Input = 3, Output = 2 });
        events.Count(e => e.Kind == ChatEventKind.Usage).ShouldBe(1);
    }

    [Fact]
    public void The_last_usage_counts_whole()
    {
        var events = Chat.ReadStream(
        [
            Delta("""{"content":"x"}""", "\"stop\""),
            """{"usage":{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":4,"cache_creation_input_tokens":2}}}""",
            """{"usage":{"prompt_tokens":9,"completion_tokens":5,"completion_tokens_details":{"audio_tokens":3}}}""",
        ]);

        Chat.Fold(events).Usage.ShouldBe(new TokenUsage { Input = 9, Output = 5, CachedInput = 4, CacheCreation = 2, AudioOutput = 3 });
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"choices\":[{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"choices\":[null,7,{\"delta\":5}]}")]
    [InlineData("{\"\\ud83d\":1}")]
    public void A_frame_that_cannot_be_read_is_skipped(string frame)
    {
        var events = Chat.ReadStream([Delta("""{"content":"x"}"""), frame, Delta("""{"content":"y"}""", "\"stop\"")]);

        Chat.Fold(events).Choices.Single().Parts.ShouldBe([new TextPart("xy")]);
    }

    [Fact]
    public void Half_an_emoji_that_stays_alone_becomes_a_replacement()
    {
        var events = Chat.ReadStream([Delta("{\"content\":\"a\\ud83d\"}"), Delta("{}", "\"stop\"")]);

        Chat.Fold(events).Choices.Single().Parts.ShouldBe([new TextPart("a\uFFFD")]);
    }

    [Fact]
    public void Content_may_be_parts()
    {
        const string Content = """[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"},"b",{"type":"refusal","refusal":"no"}]""";

        var unary = Chat.Fold(Chat.ReadResponse($$$"""{"choices":[{"message":{"content":{{{Content}}}},"finish_reason":"stop"}]}"""));
        var stream = Chat.Fold(Chat.ReadStream([Delta($$"""{"content":{{Content}}}""", "\"stop\"")]));

        unary.Choices.Single().Parts.ShouldBe([new ReasoningPart("hm", null), new TextPart("ab"), new RefusalPart("no")]);
        stream.Choices.Single().Parts.ShouldBe(unary.Choices.Single().Parts);
    }

    [Fact]
    public void Geminis_signature_on_a_call_is_kept()
    {
        var events = Chat.ReadStream(
            [Delta("""{"tool_calls":[{"index":0,"id":"a","extra_content":{"google":{"thought_signature":"c2ln"}},"function":{"name":"f","arguments":"{}"}}]}""", "\"stop\"")]);

        Chat.Fold(events).Choices.Single().Parts.ShouldBe([new ToolCallPart("a", "f", "{}") { Token = new("gemini", OpaqueTokenKind.Signature, "c2ln") }]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"choices\":null}")]
    public void A_body_that_is_no_answer_is_refused(string body) => Should.Throw<FormatException>(() => Chat.ReadResponse(body));
}
