using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Bench;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

public sealed class AnswerWritingTests
{
    private static readonly ChatEvent End = new(ChatEventKind.End);

    private static readonly ChatEvent[] Rich =
    [
        new(ChatEventKind.Start) { Id = "r-1", Name = "m-1" },
        new(ChatEventKind.Reasoning) { Index = 0, Text = "Hm" },
        new(ChatEventKind.ReasoningToken) { Index = 0, Token = Signed("sig") },
        new(ChatEventKind.BlockEnd) { Index = 0 },
        new(ChatEventKind.ReasoningToken) { Index = 1, Token = new("anthropic", OpaqueTokenKind.Redacted, "cmVk") },
        new(ChatEventKind.BlockEnd) { Index = 1 },
        new(ChatEventKind.ReasoningToken) { Index = 2, Token = new("openai", OpaqueTokenKind.Encrypted, "gAAA") },
        new(ChatEventKind.BlockEnd) { Index = 2 },
        new(ChatEventKind.Text) { Index = 5, Text = "é " },
        new(ChatEventKind.Text) { Index = 5, Text = "<b>" },
        new(ChatEventKind.Annotations) { Index = 5, Name = "anthropic.messages", Json = RawJson.From("[{\"a\":\r\n1}]") },
        new(ChatEventKind.BlockEnd) { Index = 5 },
        new(ChatEventKind.Reasoning) { Index = 6, Text = "unsigned" },
        new(ChatEventKind.ReasoningToken) { Index = 6, Token = new("gemini", OpaqueTokenKind.Signature, "Z2Vt") },
        new(ChatEventKind.BlockEnd) { Index = 6 },
        new(ChatEventKind.ToolCall) { Index = 7, Id = "call_1", Name = "f" },
        new(ChatEventKind.Arguments) { Index = 7, Text = "{\"a\": " },
        new(ChatEventKind.Arguments) { Index = 7, Text = "1.0}" },
        new(ChatEventKind.BlockEnd) { Index = 7 },
        new(ChatEventKind.Finish) { Finish = FinishReason.ToolCalls },
        new(ChatEventKind.Usage) { Usage = new TokenUsage { Input = 45, CachedInput = 28, CacheCreation = 5, Output = 9, Reasoning = 4 } },
        End,
    ];

    [Fact]
    public void Writes_a_whole_message()
    {
        var json = Respond(Rich);
        json.ShouldContain("""
            "input":{"a": 1.0}
            """.Trim());
        json.ShouldContain("é <b>");
        json.ShouldBeJson("""
            {"id":"r-1","type":"message","role":"assistant","model":"m-1","content":[
             {"type":"thinking","thinking":"Hm","signature":"sig"},{"type":"redacted_thinking","data":"cmVk"},
             {"type":"text","text":"é <b>","citations":[{"a":1}]},
             {"type":"thinking","thinking":"unsigned","signature":""},
             {"type":"tool_use","id":"call_1","name":"f","input":{"a":1.0}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":12,"cache_creation_input_tokens":5,"cache_read_input_tokens":28,"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}}
            """);
    }

    [Fact]
    public void Writes_a_stream() => Emit(Rich).ShouldBe("""
        event: message_start
        data: {"type":"message_start","message":{"id":"r-1","type":"message","role":"assistant","model":"m-1","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"cmVk"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"é "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"<b>"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"a":  1}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: content_block_start
        data: {"type":"content_block_start","index":3,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":3,"delta":{"type":"thinking_delta","thinking":"unsigned"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":3}

        event: content_block_start
        data: {"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"call_1","name":"f","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{\"a\": "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"1.0}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":4}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":12,"cache_creation_input_tokens":5,"cache_read_input_tokens":28,"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}}

        event: message_stop
        data: {"type":"message_stop"}


        """);

    [Fact]
    public void Says_the_same_whole_and_streamed()
        => Describe(Fold(Stream(Emit(Rich)))).ShouldBe(Describe(Fold(Unary(Respond(Rich)))).Replace("\r\n", "  ", StringComparison.Ordinal));

    [Theory]
    [InlineData(FinishReason.Stop, "end_turn")]
    [InlineData(FinishReason.StopSequence, "stop_sequence")]
    [InlineData(FinishReason.Length, "max_tokens")]
    [InlineData(FinishReason.ToolCalls, "tool_use")]
    [InlineData(FinishReason.ContentFilter, "refusal")]
    [InlineData(FinishReason.Pause, "pause_turn")]
    [InlineData(FinishReason.Malformed, "end_turn")]
    [InlineData(FinishReason.Other, "end_turn")]
    public void Says_why_it_ends(FinishReason reason, string word)
    {
        var sequence = reason == FinishReason.StopSequence ? "\"Q\"" : "null";
        ChatEvent[] events = [new(ChatEventKind.Start), new(ChatEventKind.Finish) { Finish = reason, Text = "Q" }, End];
        Respond(events).ShouldContain($"\"stop_reason\":\"{word}\",\"stop_sequence\":{sequence}");
        Emit(events).ShouldContain($"\"stop_reason\":\"{word}\",\"stop_sequence\":{sequence}");
    }

    [Theory]
    [InlineData(ChatEventKind.ToolCall, "tool_use")]
    [InlineData(ChatEventKind.Refusal, "refusal")]
    public void Knows_better_than_a_bare_stop(ChatEventKind kind, string word)
    {
        ChatEvent[] events = [new(ChatEventKind.Start), new(kind) { Id = "c", Name = "f", Text = "" }, new(ChatEventKind.BlockEnd), new(ChatEventKind.Finish), End];
        Respond(events).ShouldContain($"\"stop_reason\":\"{word}\"");
        Emit(events).ShouldContain($"\"stop_reason\":\"{word}\"");
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[1]")]
    [InlineData("{} {}")]
    [InlineData("no")]
    public void Never_writes_input_that_is_no_object(string arguments)
        => Respond(new(ChatEventKind.Start), new(ChatEventKind.ToolCall) { Id = "c", Name = "f" }, new(ChatEventKind.Arguments) { Text = arguments }, new(ChatEventKind.BlockEnd), new(ChatEventKind.Finish), End)
            .ShouldContain("\"input\":{}}");

    [Fact]
    public void Names_an_answer_that_its_provider_did_not_name()
    {
        Respond(new(ChatEventKind.Start) { Id = "" }, new(ChatEventKind.Finish), End).ShouldStartWith("""{"id":"msg_req_1","type":"message","role":"assistant","model":"asked-model","content":[],""");
        Emit(new ChatEvent(ChatEventKind.Start)).ShouldContain("""{"id":"msg_req_1","type":"message","role":"assistant","model":"asked-model","content":[],""");
    }

    [Fact]
    public void Begins_with_the_usage_that_is_known()
        => Emit(new ChatEvent(ChatEventKind.Start) { Usage = new TokenUsage { Input = 40, CachedInput = 28, Output = 1 } })
            .ShouldContain("""{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":28,"output_tokens":1}""");

    [Fact]
    public void Never_counts_below_zero()
        => Respond(new(ChatEventKind.Start), new(ChatEventKind.Usage) { Usage = new TokenUsage { Input = 5, CachedInput = 9 } }, new(ChatEventKind.Finish), End)
            .ShouldContain("\"input_tokens\":0,");

    [Theory]
    [InlineData("overloaded_error", 529, "overloaded_error")]
    [InlineData("throttlingException", 429, "rate_limit_error")]
    [InlineData("server_error", 500, "api_error")]
    [InlineData("serviceUnavailableException", 503, "overloaded_error")]
    public void Ends_a_failed_stream_with_an_error_and_nothing_after(string name, int status, string type)
    {
        var text = Emit(
            new(ChatEventKind.Start),
            new(ChatEventKind.Text) { Text = "Half" },
            new(ChatEventKind.Error) { Name = name, Index = status, Text = "Sorry" },
            new(ChatEventKind.Finish),
            End);
        text.ShouldEndWith($$$"""
            event: error
            data: {"type":"error","error":{"type":"{{{type}}}","message":"Sorry"},"request_id":"req_1"}


            """);
        text.ShouldNotContain("message_stop");
        text.ShouldNotContain("content_block_stop");
    }

    [Fact]
    public void Does_not_let_a_broken_off_stream_look_whole()
    {
        Emit(new(ChatEventKind.Start), new(ChatEventKind.Finish), new(ChatEventKind.Usage) { Usage = default(TokenUsage) }).ShouldNotContain("stop_reason\":\"");
        Emit(new(ChatEventKind.Start), End).ShouldContain("event: error");
    }

    [Fact]
    public void Keeps_blocks_apart_that_their_provider_did_not_end()
    {
        var text = Emit(new(ChatEventKind.Text) { Text = "a" }, new(ChatEventKind.Text) { Index = 1, Text = "b" }, new(ChatEventKind.Reasoning) { Index = 1, Text = "c" });
        text.Split("event: message_start").Length.ShouldBe(2);
        text.Split("event: content_block_start").Length.ShouldBe(4);
        text.Split("event: content_block_stop").Length.ShouldBe(3);
    }

    [Fact]
    public void Writes_the_first_answer_only()
        => Emit(new(ChatEventKind.Start), new(ChatEventKind.Text) { Choice = 1, Text = "other" }).ShouldNotContain("other");
}
