using System.Buffers;
using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Translators.Completions;

namespace Tollgate.Protocols.Tests.Translators.Completions;

public sealed class CompletionsTranslatorTests
{
    private static readonly CompletionsTranslator s_openai = new(OpenAIChatUpstream.Instance, Operations.Chat);
    private static readonly CompletionsTranslator s_claude = new(AnthropicMessagesUpstream.Instance, Operations.Messages);

    [Fact]
    public void Says_a_prompt_as_a_users_turn_with_the_same_settings()
    {
        const string Body = """{"model":"m","prompt":"Once","max_tokens":7,"temperature":0.5,"top_p":0.9,"stop":["a","b"],"seed":4,"presence_penalty":1,"frequency_penalty":-1,"user":"u","logprobs":2,"best_of":1}""";
        s_openai.Bodies(Body, "groq-model").ShouldBe(["""{"model":"groq-model","messages":[{"role":"user","content":"Once"}],"max_tokens":7,"temperature":0.5,"top_p":0.9,"presence_penalty":1,"frequency_penalty":-1,"seed":4,"logprobs":true,"top_logprobs":2,"stop":["a","b"],"user":"u"}"""], Case.Sensitive);
        s_openai.Ask(Body, "m").Log.Entries.Single().Rule.Field.ShouldBe("prompt");
    }

    [Fact]
    public void Asks_for_sixteen_tokens_when_nobody_says_how_many_as_the_API_has_it() =>
        s_claude.Bodies("""{"prompt":["Once"]}""", "claude-haiku-4-5").Single().ShouldContain("\"max_tokens\":16,");

    [Fact]
    public void Makes_a_call_of_each_prompt_and_each_answer()
    {
        var exchange = s_claude.Ask("""{"prompt":["A","B"],"n":2}""", "claude-haiku-4-5").Exchange!;
        exchange.Calls.Select(c => Encoding.UTF8.GetString(c.Body.Span).Contains("\"A\"", StringComparison.Ordinal)).ShouldBe([true, true, false, false]);
        exchange.Calls.ShouldAllBe(c => c.As == Operations.Messages);
        exchange.Streamed.ShouldBeNull();
    }

    [Fact]
    public void Numbers_the_choices_through_and_sums_the_usage()
    {
        var (json, usage) = s_claude.Fold("""{"prompt":["A","B"]}""", "claude-haiku-4-5", Message("one", "end_turn", 3, 2), Message("two", "max_tokens", 4, 5));
        json.ShouldBe("""{"id":"msg_one","object":"text_completion","created":1750000000,"model":"claude-x","choices":[{"text":"one","index":0,"logprobs":null,"finish_reason":"stop"},{"text":"two","index":1,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":7,"completion_tokens":7,"total_tokens":14}}""");
        (usage.Input, usage.Output).ShouldBe((7, 7));
    }

    [Fact]
    public void Turns_log_probabilities_into_the_four_lists()
    {
        const string Answer = """{"id":"c","object":"chat.completion","created":5,"model":"g","choices":[{"index":0,"message":{"role":"assistant","content":"Hi you"},"logprobs":{"content":[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.5,"bytes":null},{"token":"Yo","logprob":-2,"bytes":null}]},{"token":" you","logprob":-1,"bytes":null,"top_logprobs":[]}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""";
        s_openai.Fold("""{"prompt":"A","logprobs":2}""", "g", Answer).Json
            .ShouldContain("\"logprobs\":{\"tokens\":[\"Hi\",\" you\"],\"token_logprobs\":[-0.5,-1],\"top_logprobs\":[{\"Hi\":-0.5,\"Yo\":-2},{}],\"text_offset\":[0,2]}");
    }

    [Theory]
    [InlineData("""{"prompt":[1,2]}""", "prompt of tokens")]
    [InlineData("""{"prompt":[[1],[2]]}""", "prompt of tokens")]
    [InlineData("""{"prompt":"a","echo":true}""", "echo")]
    [InlineData("""{"prompt":"a","suffix":"b"}""", "suffix")]
    [InlineData("""{"prompt":"a","best_of":2}""", "best_of")]
    [InlineData("""{"prompt":["a","b"],"n":65}""", "n")]
    [InlineData("""{"prompt":"a","n":100000000000}""", "n")]
    public void Refuses_what_a_chat_cannot_do(string body, string field) => s_openai.Ask(body, "m").Log.Refusal!.Rule.Field.ShouldBe(field);

    [Theory]
    [InlineData("""{"prompt":"a","echo":false,"suffix":"","n":2,"best_of":2,"stop":null,"logprobs":null}""")]
    [InlineData("""{"prompt":"a","n":128}""")]
    public void Does_not_refuse_what_asks_for_nothing_more(string body) => s_openai.Ask(body, "m").Log.Refusal.ShouldBeNull();

    [Fact]
    public void Refuses_what_the_provider_cannot_say() => s_claude.Ask("""{"prompt":"a","logprobs":1}""", "claude-haiku-4-5").Log.Refusal!.Rule.Field.ShouldContain("logprobs");

    [Theory]
    [InlineData("{}", "/prompt")]
    [InlineData("""{"prompt":[]}""", "/prompt")]
    [InlineData("""{"prompt":["a",1]}""", "/prompt")]
    [InlineData("""{"prompt":{}}""", "/prompt")]
    [InlineData("""{"prompt":"a","n":0}""", "/n")]
    [InlineData("""{"prompt":"a","max_tokens":"x"}""", "/max_tokens")]
    [InlineData("""{"prompt":"a","temperature":"x"}""", "/temperature")]
    public void Names_what_is_wrong_with_a_request(string body, string pointer) => Should.Throw<ChatFormatException>(() => s_openai.Ask(body, "m")).Pointer.ShouldBe(pointer);

    [Fact]
    public void Streams_one_prompt_as_a_conversation()
    {
        var exchange = s_openai.Ask("""{"prompt":"a","stream":true,"stream_options":{"include_usage":true}}""", "m").Exchange!;
        exchange.Calls.ShouldBeEmpty();
        exchange.Streamed!.Request.IncludeUsage.ShouldBeTrue();
        Stream(exchange.Streamed.Client, exchange.Streamed.Request).ShouldBe(
            """
            data: {"id":"x","object":"text_completion","created":9,"model":"g","choices":[{"text":"Hi","index":0,"logprobs":null,"finish_reason":null}],"usage":null}

            data: {"id":"x","object":"text_completion","created":9,"model":"g","choices":[{"text":"","index":0,"logprobs":{"tokens":["Hi"],"token_logprobs":[-1],"top_logprobs":[{}],"text_offset":[0]},"finish_reason":null}],"usage":null}

            data: {"id":"x","object":"text_completion","created":9,"model":"g","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"length"}],"usage":null}

            data: {"id":"x","object":"text_completion","created":9,"model":"g","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}

            data: [DONE]


            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Streams_several_prompts_when_all_are_answered()
    {
        const string Body = """{"prompt":["A","B"],"stream":true}""";
        s_claude.Ask(Body, "claude-haiku-4-5").Exchange!.ContentType.ShouldBe("text/event-stream");
        s_claude.Bodies(Body, "claude-haiku-4-5").ShouldAllBe(b => b.EndsWith("\"stream\":false}", StringComparison.Ordinal));
        var (text, usage) = s_claude.Fold(Body, "claude-haiku-4-5", Message("one", "end_turn", 3, 2), Message("two", "max_tokens", 4, 5));
        var frames = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        frames.Length.ShouldBe(5);
        frames[0].ShouldContain("\"text\":\"one\",\"index\":0");
        frames[2].ShouldContain("\"id\":\"msg_one\"");
        frames[2].ShouldContain("\"text\":\"two\",\"index\":1");
        frames[3].ShouldContain("\"finish_reason\":\"length\"");
        frames[4].ShouldBe("data: [DONE]");
        usage.Output.ShouldBe(7);
    }

    [Fact]
    public void An_error_in_the_stream_is_its_last_frame()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = CompletionsClient.Instance.CreateEventWriter(Context(new ChatRequest { Dialect = "x", Turns = [] }));
        writer.Write(new ChatEvent(ChatEventKind.Error) { Name = "overloaded_error", Text = "Busy" }, output);
        writer.Write(new ChatEvent(ChatEventKind.End), output);
        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("data: {\"error\":{\"message\":\"Busy\",\"type\":\"overloaded_error\",\"param\":null,\"code\":null}}\n\n");
    }

    private static string Stream(ClientDialect client, ChatRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = client.CreateEventWriter(Context(request));
        ChatEvent[] steps =
        [
            new(ChatEventKind.Start) { Id = "x", Name = "g", Created = 9 },
            new(ChatEventKind.Reasoning) { Text = "hm" },
            new(ChatEventKind.Text) { Text = "Hi" },
            new(ChatEventKind.Logprobs) { Json = RawJson.From("""[{"token":"Hi","logprob":-1}]""") },
            new(ChatEventKind.BlockEnd),
            new(ChatEventKind.Finish) { Finish = FinishReason.Length },
            new(ChatEventKind.Usage) { Usage = new TokenUsage { Input = 1, Output = 2 } },
            new(ChatEventKind.End),
        ];
        foreach (var step in steps) writer.Write(step, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static AnswerContext Context(ChatRequest request) => new("r", "m", 1, request);

    private static string Message(string text, string reason, int input, int output) =>
        $$$"""{"id":"msg_{{{text}}}","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"{{{reason}}}","stop_sequence":null,"usage":{"input_tokens":{{{input}}},"output_tokens":{{{output}}}}}""";
}
