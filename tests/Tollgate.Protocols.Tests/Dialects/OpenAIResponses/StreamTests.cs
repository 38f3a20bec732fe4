using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIResponses;

public sealed class StreamTests
{
    private const string Item = """
        [{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Look"},{"type":"summary_text","text":"it up"}],"encrypted_content":"gAAA=="},
        {"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"It is 🌡️ warm","annotations":[{"type":"url_citation","start_index":0,"end_index":2,"url":"https://a.example","title":"A"}],
          "logprobs":[{"token":"It is ","logprob":-0.5,"bytes":[],"top_logprobs":[]}]},{"type":"refusal","refusal":"No more."}]},
        {"id":"ws_1","type":"web_search_call","status":"completed"},
        {"id":"fc_1","type":"function_call","status":"completed","arguments":"{\"x\": 1}","call_id":"call_a","name":"f"},
        {"id":"ctc_1","type":"custom_tool_call","status":"completed","input":"ls\n","call_id":"call_b","name":"sh"},
        {"id":"fc_2","type":"function_call","status":"completed","arguments":"{}","call_id":"call_c","name":"f"}]
        """;

    private const string Usage = """{"input_tokens":30,"input_tokens_details":{"cached_tokens":20},"output_tokens":12,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":42}""";

    private static readonly string Whole = Response("completed", Item, Usage);

    private static readonly string[] Chunks =
    [
        """{"type":"response.created","sequence_number":0,"response":""" + Response("in_progress", "[]", "null") + "}",
        """{"type":"response.in_progress","sequence_number":1,"response":""" + Response("in_progress", "[]", "null") + "}",
        """{"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[]}}""",
        """{"type":"response.reasoning_summary_part.added","item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}""",
        """{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"Look"}""",
        """{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":1,"delta":"it "}""",
        """{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":1,"delta":"up"}""",
        """{"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Look"}],"encrypted_content":"gAAA=="}}""",
        """{"type":"response.output_item.added","output_index":1,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}""",
        """{"type":"response.content_part.added","output_index":1,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""",
        """{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"It is ","logprobs":[{"token":"It is ","logprob":-0.5,"bytes":[],"top_logprobs":[]}]}""",
        "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"\\ud83c\"}",
        "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"\\udf21️ warm\"}",
        """{"type":"response.output_text.annotation.added","output_index":1,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","start_index":0,"end_index":2,"url":"https://a.example","title":"A"}}""",
        """{"type":"response.output_text.done","output_index":1,"content_index":0,"text":"It is 🌡️ warm"}""",
        """{"type":"response.content_part.done","output_index":1,"content_index":0,"part":{"type":"output_text","text":"It is 🌡️ warm","annotations":[{"type":"url_citation","start_index":0,"end_index":2,"url":"https://a.example","title":"A"}]}}""",
        """{"type":"response.refusal.delta","output_index":1,"content_index":1,"delta":"No more."}""",
        """{"type":"response.output_item.done","output_index":1,"item":""" + JsonNode.Parse(Item)![1]!.ToJsonString() + "}",
        """{"type":"response.output_item.added","output_index":2,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}""",
        """{"type":"response.web_search_call.searching","output_index":2,"item_id":"ws_1"}""",
        """{"type":"response.output_item.done","output_index":2,"item":{"id":"ws_1","type":"web_search_call","status":"completed"}}""",
        """{"type":"response.output_item.added","output_index":3,"item":{"id":"fc_1","type":"function_call","status":"in_progress","arguments":"","call_id":"call_a","name":"f"}}""",
        """{"type":"response.function_call_arguments.delta","output_index":3,"item_id":"fc_1","delta":"{\"x\""}""",
        """{"type":"response.function_call_arguments.delta","output_index":3,"item_id":"fc_1","delta":": 1}"}""",
        """{"type":"response.function_call_arguments.done","output_index":3,"item_id":"fc_1","arguments":"{\"x\": 1}"}""",
        """{"type":"response.output_item.done","output_index":3,"item":{"id":"fc_1","type":"function_call","status":"completed","arguments":"{\"x\": 1}","call_id":"call_a","name":"f"}}""",
        """{"type":"response.output_item.added","output_index":4,"item":{"id":"ctc_1","type":"custom_tool_call","input":"","call_id":"call_b","name":"sh"}}""",
        """{"type":"response.custom_tool_call_input.delta","output_index":4,"item_id":"ctc_1","delta":"ls\n"}""",
        """{"type":"response.output_item.done","output_index":4,"item":{"id":"ctc_1","type":"custom_tool_call","input":"ls\n","call_id":"call_b","name":"sh"}}""",
        """{"type":"response.output_item.added","output_index":5,"item":{"id":"fc_2","type":"function_call","arguments":"","call_id":"call_c","name":"f"}}""",
        """{"type":"response.output_item.done","output_index":5,"item":{"id":"fc_2","type":"function_call","arguments":"{}","call_id":"call_c","name":"f"}}""",
        """{"type":"response.completed","response":""" + Whole + "}",
    ];

    private static string Response(string status, string output, string usage, string more = "") =>
        $$"""{"id":"resp_1","object":"response","created_at":1750000000,"status":"{{status}}","model":"m-1","error":null,"output":{{output.ReplaceLineEndings("")}},"usage":{{usage}}{{more}}}""";

    private static string Text(string text, int index = 0) => $$"""{"type":"response.output_text.delta","output_index":{{index}},"content_index":0,"delta":"{{text}}"}""";

    private static string Added(int index, string item) => $$"""{"type":"response.output_item.added","output_index":{{index}},"item":{{item}}}""";

    private static string Done(int index, string item) => $$"""{"type":"response.output_item.done","output_index":{{index}},"item":{{item}}}""";

    private static string End(string status, string more = "") => $$"""{"type":"response.{{status}}","response":{{Response(status, "[]", "null", more)}}}""";

    [Fact]
    public void A_stream_and_a_whole_answer_fold_to_the_same()
    {
        var streamed = Responses.Describe(Responses.Fold(Responses.ReadStream(Chunks)));

        streamed.ShouldBe(Responses.Describe(Responses.Fold(Responses.ReadResponse(Whole))));
        streamed.ShouldContain("Look\n\nit up");
        streamed.ShouldContain("""Text It is 🌡️ warm [{"type":"url_citation","url_citation":{"start_index":0,"end_index":2,"url":"https://a.example","title":"A"}}] openai.chat""");
        streamed.ShouldContain("Data = gAAA==");
        streamed.ShouldContain("""Arguments = {"input":"ls\n"}""");
        var response = Responses.Fold(Responses.ReadStream(Chunks));
        (response.Id, response.Model, response.Created, response.IsWhole).ShouldBe(("resp_1", "m-1", 1_750_000_000, true));
        response.Usage.ShouldBe(new TokenUsage { Input = 30, CachedInput = 20, Output = 12, Reasoning = 5 });
        response.Choices.Single().Finish.ShouldBe(FinishReason.ToolCalls);
    }

    [Fact]
    public void What_was_never_streamed_is_taken_from_the_ends()
    {
        string[] sparse = [Chunks[0], .. JsonNode.Parse(Item)!.AsArray().Select((item, i) => Done(i, item!.ToJsonString())), Chunks[^1]];

        Responses.Describe(Responses.Fold(Responses.ReadStream(sparse))).ShouldBe(Responses.Describe(Responses.Fold(Responses.ReadResponse(Whole))));
        Responses.Describe(Responses.Fold(Responses.ReadStream([Chunks[^1]]))).ShouldBe(Responses.Describe(Responses.Fold(Responses.ReadResponse(Whole))));
    }

    [Fact]
    public void Deltas_come_out_as_they_come_in()
        => Responses.ReadStream([Chunks[0], Added(0, """{"type":"message"}"""), Text("a"), Text("b")], complete: false).Select(e => e.Kind)
            .ShouldBe([ChatEventKind.Start, ChatEventKind.Text, ChatEventKind.Text]);

    [Fact]
    public void Items_that_are_mixed_come_out_one_after_the_other()
    {
        const string Call = """{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}""";
        var events = Responses.ReadStream([Chunks[0], Added(0, """{"type":"message"}"""), Text("a"), Added(1, Call), Done(1, Call), Text("b"), Done(0, """{"type":"message"}"""), End("completed")]);

        Responses.Fold(events).Choices.Single().Parts.ShouldBe([new TextPart("ab"), new ToolCallPart("c", "f", "{}")]);
    }

    [Fact]
    public void A_provider_that_never_ends_an_item_is_not_waited_for_without_limit()
    {
        var much = new string('x', 1024 * 1024);
        var events = Responses.ReadStream([Chunks[0], Added(0, """{"type":"message"}"""), Added(1, """{"type":"message"}"""), .. Enumerable.Repeat(Text(much, 1), 17)]);

        events[^1].ShouldBe(new ChatEvent(ChatEventKind.Error) { Name = "server_error", Text = "The provider mixes more items than can be held.", Index = 502 });
    }

    [Theory]
    [InlineData("completed", "", FinishReason.Stop, "completed")]
    [InlineData("incomplete", ",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}", FinishReason.Length, "max_output_tokens")]
    [InlineData("incomplete", ",\"incomplete_details\":{\"reason\":\"content_filter\"}", FinishReason.ContentFilter, "content_filter")]
    public void The_status_is_why_it_ends(string status, string details, FinishReason expected, string native)
    {
        var choice = Responses.Fold(Responses.ReadStream([Chunks[0], Added(0, """{"type":"message"}"""), Text("a"), End(status, details)])).Choices.Single();

        (choice.Finish, choice.NativeFinish).ShouldBe((expected, native));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"rate_limit_exceeded","message":"slow down","param":null,"sequence_number":3}""", "rate_limit_exceeded", "slow down", 429)]
    [InlineData("""{"type":"error","error":{"type":"server_error","message":"it broke"}}""", "server_error", "it broke", 500)]
    [InlineData("""{"type":"response.failed","response":{"object":"response","status":"failed","error":{"code":"server_error","message":"it broke"},"output":[]}}""", "server_error", "it broke", 500)]
    [InlineData("""{"type":"response.failed","response":{"object":"response","status":"failed","error":null,"output":[]}}""", "server_error", "The provider reported an error without a message.", 502)]
    [InlineData("""{"error":{"message":"no","type":"invalid_request_error"}}""", "invalid_request_error", "no", 400)]
    public void An_error_in_a_stream_ends_it(string frame, string type, string message, int status)
    {
        var events = Responses.ReadStream([Chunks[0], Added(0, """{"type":"message"}"""), Text("x"), frame, Text("y"), End("completed")]);

        events[^1].ShouldBe(new ChatEvent(ChatEventKind.Error) { Name = type, Text = message, Index = status });
    }

    [Fact]
    public void A_failed_response_is_an_error()
        => Responses.ReadResponse(Response("failed", "[]", "null").Replace("\"error\":null", """
            "error":{"code":"rate_limit_exceeded","message":"slow down"}
            """.Trim(), StringComparison.Ordinal))[^1].ShouldBe(new ChatEvent(ChatEventKind.Error) { Name = "rate_limit_exceeded", Text = "slow down", Index = 429 });

    [Fact]
    public void A_stream_without_its_last_event_is_not_whole()
        => Responses.Fold(Responses.ReadStream(Chunks[..^1])).IsWhole.ShouldBeFalse();

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"type\":\"response.output_text.delta\"")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[DONE]")]
    [InlineData("{\"type\":\"response.new_thing\",\"output_index\":0}")]
    [InlineData("{\"type\":\"response.output_text.delta\",\"output_index\":\"0\",\"delta\":7}")]
    [InlineData("{\"\\ud83d\":1}")]
    public void A_frame_that_cannot_be_read_is_skipped(string frame)
    {
        var events = Responses.ReadStream([Chunks[0], Added(0, """{"type":"message"}"""), Text("x"), frame, Text("y"), End("completed")]);

        Responses.Fold(events).Choices.Single().Parts.ShouldBe([new TextPart("xy")]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"object":"chat.completion","choices":[]}""")]
    [InlineData("""{"object":"response","status":"in_progress","output":[]}""")]
    public void A_body_that_is_no_finished_response_is_said_to_be_none(string body)
        => Should.Throw<FormatException>(() => Responses.ReadResponse(body));

    [Fact]
    public void Raw_thoughts_win_over_their_summary_in_a_stream_too()
    {
        string[] frames =
        [
            Chunks[0], Added(0, """{"type":"reasoning"}"""),
            """{"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"raw"}""",
            """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"short"}""",
            Done(0, """{"type":"reasoning","summary":[{"text":"short"}],"content":[{"text":"raw"}]}"""), End("completed"),
        ];

        Responses.Fold(Responses.ReadStream(frames)).Choices.Single().Parts.ShouldBe([new ReasoningPart("raw", null)]);
    }

    [Fact]
    public void The_names_of_tools_are_the_clients_again()
    {
        var request = Responses.Question with { Tools = [new Tool("get weather", null, default)] };
        var events = Responses.ReadStream([Chunks[0], Added(0, """{"type":"function_call","call_id":"c","name":"get_weather","arguments":""}""")], request, complete: false);

        events[^1].Name.ShouldBe("get weather");
    }

    /// <summary>What one half writes the other reads as what it was.</summary>
    [Fact]
    public void What_a_client_is_told_is_what_was_meant()
    {
        var events = Responses.ReadStream(Chunks);
        var told = Responses.WriteStream(events).Select(e => e.ToJsonString());

        var again = Responses.Fold(Responses.ReadStream(told));

        again.Choices.Single().Parts.Select(p => p is TextPart text ? text.Text : p.ToString()).ShouldBe(Responses.Fold(events).Choices.Single().Parts.Select(p => p is TextPart text ? text.Text : p.ToString()));
        again.Usage.ShouldBe(Responses.Fold(events).Usage);
    }

    [Fact]
    public void An_answer_is_told_whole_however_its_deltas_are_cut()
    {
        const string Said = "a é 🌡️ \\\" b";
        var expected = JsonSerializer.Deserialize<string>('"' + Said + '"');
        for (var at = 1; at < Said.Length; at++)
        {
            if (Said[at - 1] == '\\') continue; // half an escape is no JSON
            var (first, second) = (Escaped(Said[..at]), Escaped(Said[at..]));
            var events = Responses.ReadStream([Chunks[0], Added(0, """{"type":"message"}"""), Text(first), Text(second), End("completed")]);

            Responses.Fold(events).Choices.Single().Parts.ShouldBe([new TextPart(expected!)]);
        }

        // Half a surrogate pair can only be written as an escape.
        static string Escaped(string text)
        {
            var escaped = new StringBuilder();
            foreach (var c in text) escaped.Append(char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString());
            return escaped.ToString();
        }
    }
}
