using System.Text.Json.Nodes;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Chat.ChatEventKind;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIResponses;

public sealed class AnswerWriterTests
{
    private const string Web = """[{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A","start_index":1,"end_index":3}}]""";

    private static readonly ChatRequest Asked = Responses.Read("""
        {"model":"m","input":"hi","instructions":"Be brief.","temperature":0.2,"metadata":{"a":"b"},"store":true,"include":["message.output_text.logprobs"],
        "tools":[{"type":"function","name":"f","parameters":{"type":"object"}},{"type":"custom","name":"sh"}],"tool_choice":"auto","text":{"verbosity":"low"}}
        """);

    /// <summary>Everything that an answer can hold.</summary>
    private static readonly ChatEvent[] Rich =
    [
        new(Start) { Id = "msg_01", Name = "claude-x", Created = 1_750_000_000, Usage = new TokenUsage { Input = 5 } },
        new(ChatEventKind.Reasoning) { Index = 0, Text = "Let me " },
        new(ChatEventKind.Reasoning) { Index = 0, Text = "see" },
        new(ReasoningToken) { Index = 0, Token = new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "c2ln==") },
        new(BlockEnd) { Index = 0 },
        new(Text) { Index = 1, Text = "It is " },
        new(Logprobs) { Json = RawJson.From("""[{"token":"It is ","logprob":-0.5,"bytes":[1],"top_logprobs":[]}]""") },
        new(Text) { Index = 1, Text = "🌡️" },
        new(Annotations) { Index = 1, Json = RawJson.From(Web), Name = "openai.chat" },
        new(BlockEnd) { Index = 1 },
        new(Refusal) { Index = 2, Text = "No more." },
        new(BlockEnd) { Index = 2 },
        new(ToolCall) { Index = 3, Id = "call_a", Name = "f", Token = new OpaqueToken("gemini", OpaqueTokenKind.Signature, "Z2Vt") },
        new(Arguments) { Index = 3, Text = "{\"x\"" },
        new(Arguments) { Index = 3, Text = ": 1}" },
        new(BlockEnd) { Index = 3 },
        new(ToolCall) { Index = 4, Id = "call_b", Name = "sh" },
        new(Arguments) { Index = 4, Text = "{\"input\":\"ls\\n\"}" },
        new(BlockEnd) { Index = 4 },
        new(ToolCall) { Index = 5, Id = "call_c", Name = "f" },
        new(BlockEnd) { Index = 5 },
        new(ChatEventKind.Finish) { Finish = FinishReason.ToolCalls },
        new(ChatEventKind.Usage) { Usage = new TokenUsage { Input = 30, CachedInput = 20, CacheCreation = 4, Output = 12, Reasoning = 5 } },
        new(End),
    ];

    private static ChatEvent[] Short(FinishReason finish, ChatEventKind kind = Text) =>
        [new(Start), new(kind) { Text = "x" }, new(BlockEnd), new(ChatEventKind.Finish) { Finish = finish }, new(End)];

    [Fact]
    public void A_whole_answer_is_a_response()
    {
        var response = JsonNode.Parse(Responses.WriteResponse(Rich, Asked))!;

        response["object"]!.GetValue<string>().ShouldBe("response");
        response["id"]!.GetValue<string>().ShouldBe("resp_7");
        (response["model"]!.GetValue<string>(), response["created_at"]!.GetValue<long>(), response["status"]!.GetValue<string>()).ShouldBe(("claude-x", 1_750_000_000, "completed"));
        response["output"]!.ToJsonString().ShouldBe(JsonNode.Parse("""
            [{"id":"rs_7_0","type":"reasoning","summary":[{"type":"summary_text","text":"Let me see"}],"encrypted_content":"tollgate:anthropic:signature:c2ln=="},
            {"id":"msg_7_1","type":"message","status":"completed","role":"assistant","content":[
              {"type":"output_text","text":"It is 🌡️","annotations":[{"type":"url_citation","url":"https://a.example","title":"A","start_index":1,"end_index":3}],
               "logprobs":[{"token":"It is ","logprob":-0.5,"bytes":[1],"top_logprobs":[]}]},
              {"type":"refusal","refusal":"No more."}]},
            {"id":"rs_7_2","type":"reasoning","summary":[],"encrypted_content":"tollgate:gemini:call:Z2Vt"},
            {"id":"fc_7_3","type":"function_call","status":"completed","arguments":"{\"x\": 1}","call_id":"call_a","name":"f"},
            {"id":"ctc_7_4","type":"custom_tool_call","status":"completed","input":"ls\n","call_id":"call_b","name":"sh"},
            {"id":"fc_7_5","type":"function_call","status":"completed","arguments":"{}","call_id":"call_c","name":"f"}]
            """)!.ToJsonString());
        response["usage"]!.ToJsonString().ShouldBe("""
            {"input_tokens":30,"input_tokens_details":{"cached_tokens":20,"cache_creation_input_tokens":4},"output_tokens":12,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":42}
            """);
    }

    [Fact]
    public void What_was_asked_is_repeated_and_the_rest_is_there()
    {
        var response = JsonNode.Parse(Responses.WriteResponse(Rich, Asked))!.AsObject();

        response["instructions"]!.GetValue<string>().ShouldBe("Be brief.");
        response["metadata"]!.ToJsonString().ShouldBe("""{"a":"b"}""");
        response["tools"]!.AsArray().Count.ShouldBe(2);
        response["text"]!.ToJsonString().ShouldBe("""{"format":{"type":"text"},"verbosity":"low"}""");
        (response["store"]!.GetValue<bool>(), response["temperature"]!.GetValue<double>(), response["top_p"]!.GetValue<double>()).ShouldBe((false, 0.2, 1));
        foreach (var name in (string[])["error", "incomplete_details", "max_output_tokens", "previous_response_id", "user", "prompt_cache_key", "safety_identifier"])
        {
            response.ContainsKey(name).ShouldBeTrue(name);
            response[name].ShouldBeNull();
        }
    }

    [Fact]
    public void A_stream_ends_with_the_response_that_a_whole_answer_is()
    {
        var events = Responses.WriteStream(Rich, Asked);

        events[^1]["type"]!.GetValue<string>().ShouldBe("response.completed");
        events[^1]["response"]!.ToJsonString().ShouldBe(JsonNode.Parse(Responses.WriteResponse(Rich, Asked))!.ToJsonString());
    }

    [Fact]
    public void A_stream_has_the_grammar_of_OpenAI()
    {
        var events = Responses.WriteStream(Rich, Asked);

        string[] types = [.. events.Select(e => e["type"]!.GetValue<string>()["response.".Length..])];
        types.ShouldBe([
            "created", "in_progress",
            "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta", "reasoning_summary_text.delta", "reasoning_summary_text.done",
            "reasoning_summary_part.done", "output_item.done",
            "output_item.added", "content_part.added", "output_text.delta", "output_text.delta", "output_text.annotation.added", "output_text.done", "content_part.done",
            "content_part.added", "refusal.delta", "refusal.done", "content_part.done", "output_item.done",
            "output_item.added", "output_item.done",
            "output_item.added", "function_call_arguments.delta", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
            "output_item.added", "custom_tool_call_input.delta", "custom_tool_call_input.done", "output_item.done",
            "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
            "completed",
        ]);
    }

    /// <summary>What a client puts together from the deltas is what the ends of items say, and every number fits.</summary>
    [Fact]
    public void The_pieces_of_a_stream_fit_together()
    {
        var items = new List<string>();
        var (text, arguments) = ("", "");
        foreach (var step in Responses.WriteStream(Rich, Asked))
        {
            switch (step["type"]!.GetValue<string>())
            {
                case "response.output_item.added":
                    step["output_index"]!.GetValue<int>().ShouldBe(items.Count);
                    items.Add(step["item"]!["id"]!.GetValue<string>());
                    (text, arguments) = ("", "");
                    break;
                case "response.output_item.done":
                    (step["output_index"]!.GetValue<int>(), step["item"]!["id"]!.GetValue<string>()).ShouldBe((items.Count - 1, items[^1]));
                    break;
                case "response.output_text.delta":
                    text += step["delta"]!.GetValue<string>();
                    break;
                case "response.output_text.done":
                    step["text"]!.GetValue<string>().ShouldBe(text);
                    break;
                case "response.function_call_arguments.delta":
                    arguments += step["delta"]!.GetValue<string>();
                    break;
                case "response.function_call_arguments.done":
                    step["arguments"]!.GetValue<string>().ShouldBe(arguments);
                    break;
            }

            if (step["item_id"] is { } id) (id.GetValue<string>(), step["output_index"]!.GetValue<int>()).ShouldBe((items[^1], items.Count - 1));
        }

        items.ShouldBeUnique();
        items.Count.ShouldBe(6);
    }

    [Fact]
    public void Log_probabilities_come_with_their_delta()
    {
        var deltas = Responses.WriteStream(Rich, Asked).Where(e => e["type"]!.GetValue<string>() == "response.output_text.delta").ToArray();

        deltas.Select(d => (d["delta"]!.GetValue<string>(), d["logprobs"]!.AsArray().Count)).ShouldBe([("It is ", 1), ("🌡️", 0)]);
    }

    [Fact]
    public void Deltas_wait_for_nothing_when_no_log_probabilities_are_asked_for()
        => Responses.WriteStream([new(Start), new(Text) { Text = "x" }])[^1]["delta"]!.GetValue<string>().ShouldBe("x");

    [Theory]
    [InlineData(FinishReason.Length, "incomplete", "max_output_tokens")]
    [InlineData(FinishReason.ContentFilter, "incomplete", "content_filter")]
    [InlineData(FinishReason.Stop, "completed", null)]
    [InlineData(FinishReason.StopSequence, "completed", null)]
    [InlineData(FinishReason.Pause, "completed", null)]
    [InlineData(FinishReason.Other, "completed", null)]
    public void The_end_is_a_status(FinishReason finish, string status, string? reason)
    {
        var last = Responses.WriteStream(Short(finish))[^1];

        last["type"]!.GetValue<string>().ShouldBe("response." + status);
        var response = last["response"]!;
        (response["status"]!.GetValue<string>(), response["incomplete_details"]?["reason"]?.GetValue<string>()).ShouldBe((status, reason));
        response["output"]![0]!["status"]!.GetValue<string>().ShouldBe(status);
        response["usage"].ShouldBeNull();
        response.ToJsonString().ShouldBe(JsonNode.Parse(Responses.WriteResponse(Short(finish)))!.ToJsonString());
    }

    [Fact]
    public void An_error_in_mid_stream_is_a_failed_response()
    {
        var events = Responses.WriteStream([new(Start), new(Text) { Text = "x" }, new(Error) { Name = "overloaded_error", Text = "too many", Index = 429 }, new(Text) { Text = "y" }, new(End)]);

        events[^1]["type"]!.GetValue<string>().ShouldBe("response.failed");
        var response = events[^1]["response"]!;
        response["status"]!.GetValue<string>().ShouldBe("failed");
        response["error"]!.ToJsonString().ShouldBe("""{"code":"rate_limit_exceeded","message":"too many"}""");
        response["output"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public void An_end_without_a_reason_is_a_failure()
        => Responses.WriteStream([new(Start), new(Text) { Text = "x" }, new(BlockEnd), new(End)])[^1]["type"]!.GetValue<string>().ShouldBe("response.failed");

    [Fact]
    public void OpenAIs_own_id_and_token_stay_as_they_are()
    {
        var response = JsonNode.Parse(Responses.WriteResponse(
            [new(Start) { Id = "resp_abc" }, new(ReasoningToken) { Token = new OpaqueToken("openai", OpaqueTokenKind.Encrypted, "gAAA") }, new(BlockEnd), new(ChatEventKind.Finish), new(End)]))!;

        response["id"]!.GetValue<string>().ShouldBe("resp_abc");
        response["output"]![0]!["encrypted_content"]!.GetValue<string>().ShouldBe("gAAA");
    }

    [Theory]
    [InlineData("anthropic.messages", """[{"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"c"}]""", """{"type":"url_citation","url":"https://a.example","title":"A","start_index":0,"end_index":1}""")]
    [InlineData("anthropic.messages", """[{"type":"char_location","document_index":0,"document_title":"Law","cited_text":"c"}]""", """{"type":"file_citation","file_id":"document_0","filename":"Law","index":1}""")]
    [InlineData("other", "[{}]", null)]
    public void Citations_of_others_become_annotations(string dialect, string citations, string? expected)
    {
        ChatEvent[] steps = [new(Start), new(Text) { Text = "x" }, new(Annotations) { Json = RawJson.From(citations), Name = dialect }, new(BlockEnd), new(ChatEventKind.Finish), new(End)];

        var annotations = JsonNode.Parse(Responses.WriteResponse(steps))!["output"]![0]!["content"]![0]!["annotations"]!.AsArray();
        annotations.Select(a => a!.ToJsonString()).ShouldBe(expected is null ? [] : [expected]);
    }
}
