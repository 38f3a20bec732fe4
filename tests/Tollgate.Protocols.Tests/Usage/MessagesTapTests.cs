using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class MessagesTapTests
{
    private readonly UsageTap _tap = UsageTap.Create(Operations.Messages);

    private void Start(string usage)
        => _tap.Named("message_start", $$$"""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-1","content":[],"stop_reason":null,"stop_sequence":null,"usage":{{{usage}}}}}""")
            .ShouldBe(FrameKind.Other);

    private void Delta(string usage, string stop = "\"end_turn\"")
        => _tap.Named("message_delta", $$$"""{"type":"message_delta","delta":{"stop_reason":{{{stop}}},"stop_sequence":null},"usage":{{{usage}}}}""")
            .ShouldBe(FrameKind.Other);

    [Theory]
    [InlineData("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}""", FrameKind.Content)]
    [InlineData("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}  """, FrameKind.Content)]
    [InlineData("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}""", FrameKind.Other)]
    [InlineData("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", FrameKind.Other)]
    [InlineData("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""", FrameKind.Other)]
    [InlineData("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}}""", FrameKind.Content)]
    [InlineData("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}""", FrameKind.Content)]
    [InlineData("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"eA=="}}""", FrameKind.Content)]
    [InlineData("content_block_stop", """{"type":"content_block_stop","index":0}""", FrameKind.Other)]
    [InlineData("ping", """{"type":"ping"}""", FrameKind.Other)]
    [InlineData("brand_new", """{"type":"brand_new","usage":{"output_tokens":5}}""", FrameKind.Other)]
    [InlineData("message_stop", """{"type":"message_stop"}""", FrameKind.End)]
    [InlineData("error", """{"type":"error","error":{"type":"overloaded_error","message":"m"}}""", FrameKind.Error)]
    [InlineData("message_start", """{"type":"message_start","message":{"usage":{"input_tokens":5""", FrameKind.Unreadable)]
    [InlineData("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"te""", FrameKind.Unreadable)]
    [InlineData("content_block_delta", "", FrameKind.Other)]
    public void Tells_what_a_frame_is_with_and_without_its_event_line(string name, string data, FrameKind kind)
    {
        _tap.Named(name, data).ShouldBe(kind);
        _tap.Reset();
        _tap.Data(data).ShouldBe(kind);
        _tap.Reset();
        _tap.Named("message", data).ShouldBe(kind);
        (_tap.SawContent, _tap.SawEnd, _tap.SawError).ShouldBe((kind == FrameKind.Content, kind == FrameKind.End, kind == FrameKind.Error));
    }

    [Fact]
    public void Takes_an_error_event_without_readable_data_for_an_error()
        => _tap.Named("error", "overloaded").ShouldBe(FrameKind.Error);

    [Fact]
    public void Adds_what_caches_hold_to_the_input()
    {
        Start("""{"input_tokens":12,"cache_creation_input_tokens":5,"cache_read_input_tokens":28,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}""");
        _tap.Usage.ShouldBe(new TokenUsage { Input = 45, CachedInput = 28, CacheCreation = 5, CacheCreation1h = 0, Output = 1, ServiceTier = "standard" });
        (_tap.ResponseId, _tap.ResponseModel, _tap.SawFinish).ShouldBe(("msg_1", "claude-1", false));
    }

    [Fact]
    public void Replaces_earlier_counts_and_keeps_those_left_out()
    {
        Start("""{"input_tokens":12,"cache_read_input_tokens":28,"output_tokens":1}""");
        Delta("""{"output_tokens":4}""", stop: "null");
        _tap.SawFinish.ShouldBeFalse();
        _tap.Usage.ShouldBe(new TokenUsage { Input = 40, CachedInput = 28, Output = 4 });

        Delta("""{"input_tokens":20,"cache_read_input_tokens":null,"cache_creation_input_tokens":3,"output_tokens":9,"output_tokens_details":{"thinking_tokens":6}}""");
        _tap.SawFinish.ShouldBeTrue();
        _tap.Usage.ShouldBe(new TokenUsage { Input = 51, CachedInput = 28, CacheCreation = 3, Output = 9, Reasoning = 6 });
    }

    [Fact]
    public void Adds_up_cache_writes_by_lifetime_when_their_total_is_missing()
    {
        Start("""{"input_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":7}}""");
        _tap.Usage.ShouldBe(new TokenUsage { Input = 13, CacheCreation = 12, CacheCreation1h = 7 });
    }

    [Fact]
    public void Does_not_carry_counts_over_to_the_next_answer()
    {
        Start("""{"input_tokens":12,"cache_read_input_tokens":28}""");
        _tap.Reset();
        Delta("""{"output_tokens":4}""");
        _tap.Usage.ShouldBe(new TokenUsage { Output = 4 });
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    [InlineData(200_000)]
    public void Reads_a_unary_message_of_any_length(int length)
    {
        var text = new string('x', length);
        var tap = Taps.AfterBody(
            Operations.Messages,
            $$$"""{"id":"msg_2","type":"message","role":"assistant","model":"claude-1","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"cache_read_input_tokens":28,"cache_creation_input_tokens":0,"output_tokens":9}}""");

        tap.Usage.ShouldBe(new TokenUsage { Input = 40, CachedInput = 28, CacheCreation = 0, Output = 9 });
        (tap.ResponseId, tap.ResponseModel).ShouldBe(("msg_2", "claude-1"));
    }
}
