using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class ChatTapTests
{
    private readonly UsageTap _tap = UsageTap.Create(Operations.Chat);

    private static string Chunk(string choice, string rest = "")
        => $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1750000000,"model":"m-1","choices":[{{choice}}]{{rest}}}""";

    private static string Delta(string delta, string finish = "null", string rest = "")
        => Chunk($$"""{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finish}}}""", rest);

    /// <summary>The first frames are always walked; both ways must see the same.</summary>
    private void KnowNames() => _tap.Data(Delta("""{"role":"assistant","content":"","refusal":null}""")).ShouldBe(FrameKind.Other);

    public static TheoryData<string, FrameKind> Kinds => new()
    {
        { Delta("""{"content":"Hi"}"""), FrameKind.Content },
        { Delta("""{"content":" "}"""), FrameKind.Content },
        { Delta("""{"content":"Hi"}""", rest: ""","usage":null,"obfuscation":"abc" """), FrameKind.Content },
        { Delta("""{"content":"Hi"}""") + "   ", FrameKind.Content },
        { Delta("""{"role":"assistant","content":"Hi"}"""), FrameKind.Content },
        { Delta("""{"content":null,"reasoning_content":"Hm"}"""), FrameKind.Content },
        { Delta("""{"content":"","reasoning":"Hm"}"""), FrameKind.Content },
        { Delta("""{"refusal":"No"}"""), FrameKind.Content },
        { Delta("""{"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":""}}]}"""), FrameKind.Content },
        { Delta("""{"content":"usage"}"""), FrameKind.Content },
        { Delta("""{"content":"delta"}"""), FrameKind.Content },
        { Delta("""{"content":"the \"usage\": {\"prompt_tokens\":7} and \"finish_reason\":\"stop\""}"""), FrameKind.Content },
        { Delta("""{"content":"bye"}""", "\"stop\""), FrameKind.Content },
        { Chunk("""{ "finish_reason" : null , "index" : 0, "delta" : { "content" : "Hi" } }"""), FrameKind.Content },
        { Chunk("""{"index":0,"delta":{"content":""}},{"index":1,"delta":{"content":"Hi"}}"""), FrameKind.Content },
        { """{"choices":[{"index":0,"message":{"role":"assistant","content":"whole"}}]}""", FrameKind.Content },
        { Delta("""{"role":"assistant"}"""), FrameKind.Other },
        { Delta("""{"role":"assistant","content":"","tool_calls":[],"function_call":{},"audio":null}"""), FrameKind.Other },
        { Delta("{}"), FrameKind.Other },
        { Delta("{}", "\"stop\""), FrameKind.Other },
        { Delta("{}", "\"stop\"", ""","usage":{"prompt_tokens":1,"completion_tokens":2}"""), FrameKind.Other },
        { """{"choices":[],"id":"","model":"","object":"","created":0,"prompt_filter_results":[{"prompt_index":0}]}""", FrameKind.Other },
        { Chunk("", ""","usage":{"prompt_tokens":1,"completion_tokens":2}"""), FrameKind.UsageOnly },
        { """{"choices":null,"usage":{"prompt_tokens":1}}""", FrameKind.UsageOnly },
        { """{"usage":{"prompt_tokens":1}}""", FrameKind.UsageOnly },
        { """{"choices":[],"usage":null}""", FrameKind.Other },
        { """{"error":{"message":"boom","type":"server_error"}}""", FrameKind.Error },
        { """{"error":"boom"}""", FrameKind.Error },
        { Delta("""{"content":""}""", "\"error\"", ""","error":{"code":502,"message":"gone"}"""), FrameKind.Error },
        { Delta("""{"content":""}""", rest: ""","error":null"""), FrameKind.Other },
        { "[DONE]", FrameKind.End },
        { " [DONE] ", FrameKind.End },
        { "", FrameKind.Other },
        { "{}", FrameKind.Other },
        { "null", FrameKind.Other },
        { "\"text\"", FrameKind.Other },
        { "[1,2]", FrameKind.Other },
        { Delta("""{"content":"Hi"}""")[..^9], FrameKind.Unreadable },
        { """{"choices":[{"delta":{"content":"Hi}""", FrameKind.Unreadable },
        { """{"choices":[{"delta":}""", FrameKind.Unreadable },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Tells_what_a_first_frame_is(string data, FrameKind kind) => _tap.Data(data).ShouldBe(kind);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Tells_what_a_later_frame_is(string data, FrameKind kind)
    {
        KnowNames();
        _tap.Data(data).ShouldBe(kind);
    }

    [Fact]
    public void Ignores_comments_and_blank_lines()
    {
        _tap.Frame(": OPENROUTER PROCESSING\n\n").ShouldBe(FrameKind.Other);
        _tap.Frame("\n").ShouldBe(FrameKind.Other);
    }

    [Fact]
    public void Takes_an_event_named_error_for_an_error()
        => _tap.Named("error", """{"message":"boom"}""").ShouldBe(FrameKind.Error);

    [Fact]
    public void Reads_json_that_is_spread_over_several_data_lines()
    {
        _tap.Frame("data: {\"choices\":[],\ndata: \"usage\":{\"prompt_tokens\":5}}\n\n").ShouldBe(FrameKind.UsageOnly);
        _tap.Usage.Input.ShouldBe(5);
    }

    [Fact]
    public void Follows_a_stream_from_its_first_frame_to_its_last()
    {
        _tap.Data("""{"choices":[],"id":"","model":"","prompt_filter_results":[]}""");
        KnowNames();
        _tap.SawContent.ShouldBeFalse();
        _tap.Data(Delta("""{"content":"Hi"}"""));
        (_tap.SawContent, _tap.SawFinish).ShouldBe((true, false));
        _tap.Data(Delta("{}", "\"stop\""));
        (_tap.SawFinish, _tap.SawEnd, _tap.Usage.IsKnown).ShouldBe((true, false, false));
        _tap.Data(Chunk("", ""","usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}"""));
        _tap.Data("[DONE]");

        (_tap.ResponseId, _tap.ResponseModel, _tap.SawEnd, _tap.SawError).ShouldBe(("chatcmpl-1", "m-1", true, false));
        _tap.Usage.ShouldBe(new TokenUsage { Input = 9, Output = 4 });
    }

    [Fact]
    public void Does_not_take_an_empty_finish_reason_for_the_end()
    {
        KnowNames();
        _tap.Data(Delta("""{"content":"Hi"}""", "\"\"")).ShouldBe(FrameKind.Content);
        _tap.Data(Delta("{}", "\"\"")).ShouldBe(FrameKind.Other);
        _tap.SawFinish.ShouldBeFalse();
    }

    [Fact]
    public void Lets_the_latest_of_several_usages_win_wherever_it_stands()
    {
        KnowNames();
        _tap.Data(Delta("""{"content":"a"}""", rest: ""","usage":{"prompt_tokens":9,"completion_tokens":1}""")).ShouldBe(FrameKind.Content);
        _tap.Data(Delta("""{"content":"b"}""", "\"stop\"", ""","usage":{"prompt_tokens":9,"completion_tokens":2}""")).ShouldBe(FrameKind.Content);
        _tap.Usage.ShouldBe(new TokenUsage { Input = 9, Output = 2 });
        _tap.SawFinish.ShouldBeTrue();
    }

    [Fact]
    public void Finds_usage_behind_a_null_one_in_the_same_frame()
    {
        KnowNames();
        _tap.Data(Chunk("""{"index":0,"delta":{"content":"a"},"usage":null}""", ""","usage":{"prompt_tokens":3}"""));
        _tap.Usage.Input.ShouldBe(3);
    }

    [Fact]
    public void Knows_nothing_of_the_answer_before_once_it_is_reset()
    {
        KnowNames();
        _tap.Data(Delta("""{"content":"a"}""", "\"stop\"", ""","usage":{"prompt_tokens":9}"""));
        _tap.Data("""{"error":{}}""");
        _tap.Data("[DONE]");
        _tap.Reset();

        _tap.Usage.IsKnown.ShouldBeFalse();
        (_tap.ResponseId, _tap.ResponseModel).ShouldBe((null, null));
        (_tap.SawContent, _tap.SawFinish, _tap.SawEnd, _tap.SawError).ShouldBe((false, false, false, false));
    }

    [Theory]
    [InlineData("""{"id":"cmpl-1","object":"text_completion","choices":[{"text":"Hi","index":0,"logprobs":null,"finish_reason":null}],"model":"m"}""", FrameKind.Content)]
    [InlineData("""{"id":"cmpl-1","choices":[{"text":"","index":0,"finish_reason":null}],"model":"m"}""", FrameKind.Other)]
    [InlineData("""{"id":"cmpl-1","choices":[{"text":"","index":0,"finish_reason":"stop"}],"model":"m"}""", FrameKind.Other)]
    [InlineData("""{"id":"cmpl-1","choices":[],"model":"m","usage":{"prompt_tokens":2,"completion_tokens":3}}""", FrameKind.UsageOnly)]
    public void Reads_legacy_completions(string data, FrameKind kind)
    {
        var tap = UsageTap.Create(Operations.Completions);
        tap.Data(data).ShouldBe(kind);
        tap.Data(data).ShouldBe(kind);
        (tap.ResponseId, tap.ResponseModel).ShouldBe(("cmpl-1", "m"));
    }
}
