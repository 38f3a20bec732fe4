using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIChat;

public sealed class AnswerWriterTests
{
    private const string Chunk = "\"object\":\"chat.completion.chunk\",\"created\":1750000000,\"model\":\"claude-x\",\"choices\":[";

    private static readonly OpaqueToken Signature = new("anthropic", OpaqueTokenKind.Signature, "c2ln");

    private static readonly ChatEvent Start = new(ChatEventKind.Start) { Id = "msg_1", Name = "claude-x", Created = 1_750_000_000 };

    /// <summary>Thoughts, a redacted thought, text in two blocks, two calls.</summary>
    private static readonly ChatEvent[] Rich =
    [
        Start with { Usage = new TokenUsage { Input = 12 } },
        new(ChatEventKind.Reasoning) { Index = 0, Text = "Look " }, new(ChatEventKind.Reasoning) { Index = 0, Text = "up" },
        new(ChatEventKind.ReasoningToken) { Index = 0, Token = Signature }, new(ChatEventKind.BlockEnd) { Index = 0 },
        new(ChatEventKind.ReasoningToken) { Index = 1, Token = new("anthropic", OpaqueTokenKind.Redacted, "eA==") }, new(ChatEventKind.BlockEnd) { Index = 1 },
        new(ChatEventKind.Text) { Index = 2, Text = "Two " }, new(ChatEventKind.BlockEnd) { Index = 2 },
        new(ChatEventKind.Text) { Index = 3, Text = "mètres <b>" },
        new(ChatEventKind.Annotations) { Index = 3, Json = RawJson.From("[{\"type\":\n\"url_citation\"}]"), Name = "openai.chat" }, new(ChatEventKind.BlockEnd) { Index = 3 },
        new(ChatEventKind.Logprobs) { Json = RawJson.From("[{\"token\":\"Two\"}]") },
        new(ChatEventKind.ToolCall) { Index = 4, Id = "t1", Name = "measure", Token = new("gemini", OpaqueTokenKind.Signature, "Zw==") },
        new(ChatEventKind.Arguments) { Index = 4, Text = "{\"a\"" }, new(ChatEventKind.Arguments) { Index = 4, Text = ": 1.0}" }, new(ChatEventKind.BlockEnd) { Index = 4 },
        new(ChatEventKind.ToolCall) { Index = 5, Id = "t2", Name = "look" }, new(ChatEventKind.BlockEnd) { Index = 5 },
        new(ChatEventKind.Finish) { Finish = FinishReason.ToolCalls, NativeFinish = "tool_use" },
        new(ChatEventKind.Usage) { Usage = new TokenUsage { Input = 40, CachedInput = 28, CacheCreation = 2, Output = 9, Reasoning = 3, AudioInput = 0, AudioOutput = 1 } },
        new(ChatEventKind.End),
    ];

    private const string RichUsage = """
        {"prompt_tokens":40,"completion_tokens":9,"total_tokens":49,"prompt_tokens_details":{"cached_tokens":28,"cache_creation_input_tokens":2,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":1}}
        """;

    private static ChatEvent[] Finished(FinishReason reason, params ChatEvent[] steps)
        => [Start, .. steps, new(ChatEventKind.Finish) { Finish = reason }, new(ChatEventKind.End)];

    private static string OneLine(string json) => json.ReplaceLineEndings("");

    [Fact]
    public void A_whole_answer_has_all_its_parts()
        => Chat.WriteResponse(Rich).Replace("\n", "", StringComparison.Ordinal).ShouldBe(OneLine($$$$"""
            {"id":"msg_1","object":"chat.completion","created":1750000000,"model":"claude-x","choices":[{"index":0,"message":{"role":"assistant","content":"Two mètres <b>","refusal":null,
            "reasoning_content":"Look up","thinking_blocks":[{"type":"thinking","thinking":"Look up","signature":"c2ln"},{"type":"redacted_thinking","data":"eA=="}],
            "annotations":[{"type": "url_citation"}],
            "tool_calls":[{"id":"t1","type":"function","function":{"name":"measure","arguments":"{\"a\": 1.0}"},"extra_content":{"google":{"thought_signature":"Zw=="}}},
            {"id":"t2","type":"function","function":{"name":"look","arguments":"{}"}}]},
            "logprobs":{"content":[{"token":"Two"}],"refusal":null},"finish_reason":"tool_calls"}],
            "usage":{{{{RichUsage}}}}}
            """));

    [Fact]
    public void A_stream_says_the_same_in_chunks()
    {
        var frames = Chat.WriteStream(Rich, Chat.Question with { IncludeUsage = true });

        frames[^1].ShouldBe("[DONE]");
        frames[^2].ShouldBe($$"""{"id":"msg_1",{{Chunk}}],"usage":{{RichUsage}}}""");
        frames[..^2].ShouldAllBe(f => f.EndsWith(",\"usage\":null}", StringComparison.Ordinal));
        string[] deltas =
        [
            """{"role":"assistant","content":""},"finish_reason":null""",
            """{"reasoning_content":"Look "},"finish_reason":null""",
            """{"reasoning_content":"up"},"finish_reason":null""",
            """{"thinking_blocks":[{"type":"thinking","thinking":"Look up","signature":"c2ln"}]},"finish_reason":null""",
            """{"thinking_blocks":[{"type":"redacted_thinking","data":"eA=="}]},"finish_reason":null""",
            """{"content":"Two "},"finish_reason":null""",
            """{"content":"mètres <b>"},"finish_reason":null""",
            """{"annotations":[{"type": "url_citation"}]},"finish_reason":null""",
            """{},"logprobs":{"content":[{"token":"Two"}],"refusal":null},"finish_reason":null""",
            """{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"measure","arguments":""},"extra_content":{"google":{"thought_signature":"Zw=="}}}]},"finish_reason":null""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]},"finish_reason":null""",
            """{"tool_calls":[{"index":0,"function":{"arguments":": 1.0}"}}]},"finish_reason":null""",
            """{"tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"look","arguments":""}}]},"finish_reason":null""",
            """{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]},"finish_reason":null""",
            """{},"finish_reason":"tool_calls" """.Trim(),
        ];
        frames[..^2].ShouldBe(deltas.Select(d => $$"""{"id":"msg_1",{{Chunk}}{"index":0,"delta":{{d}}}],"usage":null}"""));
    }

    [Fact]
    public void What_is_written_reads_the_same_in_chunks_and_whole()
    {
        var chunks = Chat.Fold(Chat.ReadStream(Chat.WriteStream(Rich, Chat.Question with { IncludeUsage = true })));

        Chat.Describe(chunks).ShouldBe(Chat.Describe(Chat.Fold(Chat.ReadResponse(Chat.WriteResponse(Rich)))));
        chunks.Choices.Single().Parts.Count.ShouldBe(4);
    }

    [Fact]
    public void Usage_is_not_sent_to_who_did_not_ask()
    {
        var frames = Chat.WriteStream(Rich);

        frames.ShouldAllBe(f => !f.Contains("usage", StringComparison.Ordinal));
        frames[^1].ShouldBe("[DONE]");
    }

    [Fact]
    public void Usage_that_nobody_knows_is_null()
    {
        Chat.WriteStream(Finished(FinishReason.Stop), Chat.Question with { IncludeUsage = true })[^2].ShouldEndWith("\"choices\":[],\"usage\":null}");
        Chat.WriteResponse(Finished(FinishReason.Stop)).ShouldNotContain("usage");
    }

    [Fact]
    public void What_the_provider_did_not_say_comes_from_the_gateway()
    {
        ChatEvent[] events = [new(ChatEventKind.Start), .. Finished(FinishReason.Stop)[1..]];

        Chat.WriteResponse(events).ShouldStartWith("""{"id":"chatcmpl-req-7","object":"chat.completion","created":1750000123,"model":"m-asked",""");
        Chat.WriteStream(events)[0].ShouldStartWith("""{"id":"chatcmpl-req-7","object":"chat.completion.chunk","created":1750000123,"model":"m-asked",""");
    }

    [Fact]
    public void An_answer_without_text_has_null_content()
        => Chat.WriteResponse(Finished(FinishReason.Stop)).ShouldContain("\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"");

    [Fact]
    public void A_refusal_has_its_own_place()
    {
        var events = Finished(FinishReason.ContentFilter, new(ChatEventKind.Refusal) { Text = "No." }, new(ChatEventKind.BlockEnd));

        Chat.WriteResponse(events).ShouldContain("\"content\":null,\"refusal\":\"No.\"");
        Chat.WriteStream(events)[1].ShouldContain("\"delta\":{\"refusal\":\"No.\"}");
    }

    [Fact]
    public void Annotations_of_another_dialect_stay_out()
    {
        var events = Finished(
            FinishReason.Stop, new(ChatEventKind.Text) { Text = "x" },
            new(ChatEventKind.Annotations) { Json = RawJson.From("[{}]"), Name = "anthropic.messages" }, new(ChatEventKind.BlockEnd));

        Chat.WriteResponse(events).ShouldNotContain("annotations");
        Chat.WriteStream(events).ShouldAllBe(f => !f.Contains("annotations", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FinishReason.Stop, "stop")]
    [InlineData(FinishReason.StopSequence, "stop")]
    [InlineData(FinishReason.Pause, "stop")]
    [InlineData(FinishReason.Length, "length")]
    [InlineData(FinishReason.ToolCalls, "tool_calls")]
    [InlineData(FinishReason.ContentFilter, "content_filter")]
    [InlineData(FinishReason.Malformed, "stop")]
    [InlineData(FinishReason.Other, "stop")]
    public void Finish_reasons_are_written(FinishReason reason, string word)
    {
        Chat.WriteResponse(Finished(reason)).ShouldContain($"\"finish_reason\":\"{word}\"");
        Chat.WriteStream(Finished(reason))[1].ShouldEndWith($"\"delta\":{{}},\"finish_reason\":\"{word}\"}}]}}");
    }

    [Fact]
    public void Every_answer_opens_with_its_role()
    {
        var frames = Chat.WriteStream(Finished(FinishReason.Stop, new(ChatEventKind.Text) { Choice = 1, Text = "b" }, new(ChatEventKind.BlockEnd) { Choice = 1 }));

        frames[1].ShouldContain("{\"index\":1,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}");
        frames[2].ShouldContain("{\"index\":1,\"delta\":{\"content\":\"b\"}");
    }

    [Fact]
    public void An_error_is_the_last_thing_that_a_client_gets()
    {
        ChatEvent[] events = [Start, new(ChatEventKind.Error) { Name = "overloaded_error", Text = "Busy \"now\"", Index = 529 }, new(ChatEventKind.End)];

        Chat.WriteStream(events, Chat.Question with { IncludeUsage = true })[1..]
            .ShouldBe(["""{"error":{"message":"Busy \"now\"","type":"overloaded_error","param":null,"code":null}}"""]);
    }

    [Fact]
    public void Tokens_remember_their_minter_on_the_way_out_and_back()
    {
        var part = new ReasoningPart("sum", new("openai", OpaqueTokenKind.Encrypted, "ZW5j"));
        var written = Chat.WriteResponse(Finished(
            FinishReason.Stop, new(ChatEventKind.Reasoning) { Text = "sum" }, new(ChatEventKind.ReasoningToken) { Token = part.Token },
            new(ChatEventKind.BlockEnd), new(ChatEventKind.Text) { Index = 1, Text = "x" }, new(ChatEventKind.BlockEnd) { Index = 1 }));

        var message = System.Text.Json.JsonDocument.Parse(written).RootElement.GetProperty("choices")[0].GetProperty("message").GetRawText();
        var replayed = Chat.Read($$"""{"messages":[{{message}}]}""").Turns.Single().Parts;
        replayed.Select(p => p with { Pointer = "" }).ShouldBe([part, new TextPart("x")]);
    }

    [Fact]
    public void Half_a_surrogate_pair_does_not_break_an_answer()
        => Chat.WriteStream([Start, new(ChatEventKind.Text) { Text = "\udc00" }])[1].ShouldContain("\uFFFD");
}
