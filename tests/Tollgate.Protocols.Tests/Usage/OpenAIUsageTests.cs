using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class OpenAIUsageTests
{
    public static TheoryData<string, TokenUsage> Usages => new()
    {
        { """{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}""", new() { Input = 9, Output = 4 } },
        {
            """
            {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
             "prompt_tokens_details":{"cached_tokens":60,"audio_tokens":7,"cache_creation_input_tokens":5},
             "completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":8,"accepted_prediction_tokens":1,"rejected_prediction_tokens":2}}
            """,
            new() { Input = 100, Output = 50, CachedInput = 60, AudioInput = 7, CacheCreation = 5, Reasoning = 30, AudioOutput = 8 }
        },
        { """{"prompt_tokens":10,"prompt_tokens_details":{"cache_write_tokens":4}}""", new() { Input = 10, CacheCreation = 4 } },
        { """{"prompt_tokens":10,"prompt_cache_hit_tokens":6,"prompt_cache_miss_tokens":4}""", new() { Input = 10, CachedInput = 6 } },
        { """{"prompt_tokens":12.0,"completion_tokens":1.5e1}""", new() { Input = 12, Output = 15 } },
        { """{"prompt_tokens":0,"completion_tokens":0}""", new() { Input = 0, Output = 0 } },
        { """{"prompt_tokens":5,"completion_tokens":null,"prompt_tokens_details":null}""", new() { Input = 5 } },
        { """{"prompt_tokens":-1,"completion_tokens":"7"}""", default },
        { """{"prompt_tokens":1e400,"completion_tokens":99999999999999999999}""", default },
        { """{"total_tokens":8}""", new() { Input = 8 } },
        {
            """{"input_tokens":20,"input_tokens_details":{"cached_tokens":4},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":26}""",
            new() { Input = 20, CachedInput = 4, Output = 6, Reasoning = 2 }
        },
        {
            """{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":0,"audio_tokens":14},"output_tokens":45,"total_tokens":59}""",
            new() { Input = 14, AudioInput = 14, Output = 45 }
        },
        { """{"type":"duration","seconds":8.5}""", new() { AudioSeconds = 8.5 } },
        // xAI: reasoning stands beside the completion, and in the total.
        {
            """{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}}""",
            new() { Input = 32, Output = 103, Reasoning = 94 }
        },
        // Gemini in OpenAI's dialect: thoughts only in the total.
        { """{"prompt_tokens":9,"completion_tokens":12,"total_tokens":600}""", new() { Input = 9, Output = 591 } },
        { """{"prompt_tokens":9,"completion_tokens":12,"total_tokens":20}""", new() { Input = 9, Output = 12 } },
        // OpenRouter tells its price.
        { """{"prompt_tokens":9,"completion_tokens":12,"cost":0.00014175}""", new() { Input = 9, Output = 12, ReportedCost = 0.00014175m } },
        { """{"prompt_tokens":9,"completion_tokens":12,"cost":1.5e-05}""", new() { Input = 9, Output = 12, ReportedCost = 0.000015m } },
        { """{"prompt_tokens":9,"completion_tokens":12,"cost":-1}""", new() { Input = 9, Output = 12 } },
        // gpt-image-1
        {
            """{"input_tokens":50,"output_tokens":1056,"total_tokens":1106,"input_tokens_details":{"text_tokens":10,"image_tokens":40},"output_tokens_details":{"image_tokens":1056,"text_tokens":0}}""",
            new() { Input = 50, ImageInput = 40, Output = 1056, ImageOutput = 1056 }
        },
        // Mistral's Voxtral
        { """{"prompt_tokens":9,"completion_tokens":12,"prompt_audio_seconds":61}""", new() { Input = 9, Output = 12, AudioSeconds = 61 } },
        { "null", default },
        { "[]", default },
        { "{}", default },
    };

    [Theory]
    [MemberData(nameof(Usages))]
    public void Is_the_same_in_every_kind_of_answer(string usage, TokenUsage expected)
    {
        Taps.AfterBody(Operations.Chat, $$"""{"id":"c","model":"m","choices":[],"usage":{{usage}},"system_fingerprint":null}""").Usage.ShouldBe(expected);
        Taps.AfterBody(Operations.Responses, $$"""{"id":"c","model":"m","output":[],"usage":{{usage}},"user":null}""").Usage.ShouldBe(expected);
        Taps.AfterBody(Operations.Embeddings, $$"""{"object":"list","data":[],"model":"m","usage":{{usage}}}""").Usage.ShouldBe(expected);
        Taps.AfterBody(Operations.Transcriptions, $$"""{"text":"t","usage":{{usage}}}""").Usage.ShouldBe(expected);

        var stream = UsageTap.Create(Operations.Chat);
        stream.Frame($$"""data: {"id":"c","model":"m","choices":[],"usage":{{usage.ReplaceLineEndings(" ")}}}""" + "\n\n");
        stream.Usage.ShouldBe(expected);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1000)]
    [InlineData(7)]
    public void Is_found_at_the_end_of_an_answer_too_long_to_keep(int piece)
    {
        var text = string.Concat(Enumerable.Repeat("""say \"usage\": {\"prompt_tokens\": 1} """, 6000));
        var body = $$$"""{"id":"c","model":"m","choices":[{"message":{"content":"{{{text}}}"}}],"usage":{"prompt_tokens":7,"completion_tokens":8},"x":{"usage":{"prompt_tokens":99}},"y":"usage"} """;
        body.Length.ShouldBeGreaterThan(200_000);
        var tap = Taps.AfterBody(Operations.Chat, body, piece);

        tap.Usage.ShouldBe(new TokenUsage { Input = 7, Output = 8 });
        (tap.ResponseId, tap.ResponseModel, tap.SawEnd).ShouldBe(("c", "m", true));
    }

    [Fact]
    public void Is_found_in_the_middle_of_an_answer_that_is_kept()
    {
        var padding = new string('x', 20_000);
        var tap = Taps.AfterBody(Operations.Chat, $$"""{"a":"{{padding}}","usage":{"prompt_tokens":7},"model":"m","b":"{{padding}}"}""");
        (tap.Usage.Input, tap.ResponseModel).ShouldBe((7, "m"));
    }

    [Fact]
    public void Takes_names_from_the_end_of_an_answer_with_sorted_members()
    {
        var text = new string('x', 10_000);
        var tap = Taps.AfterBody(
            Operations.Completions,
            $$$"""{"choices":[{"id":"inner","text":"{{{text}}}"}],"created":1,"id":"cmpl-1","model":"m","object":"text_completion","usage":{"prompt_tokens":7}}""");
        (tap.ResponseId, tap.ResponseModel, tap.Usage.Input).ShouldBe(("cmpl-1", "m", 7));
    }

    [Fact]
    public void Takes_model_and_usage_from_the_end_of_long_embeddings()
    {
        var floats = string.Join(',', Enumerable.Repeat("-0.0123", 20_000));
        var tap = Taps.AfterBody(
            Operations.Embeddings,
            $$$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[{{{floats}}}]}],"model":"e-1","usage":{"prompt_tokens":3,"total_tokens":3}}""", 4096);
        (tap.Usage, tap.ResponseModel).ShouldBe((new TokenUsage { Input = 3 }, "e-1"));
    }

    [Theory]
    [InlineData("""{"id":"c","usage":{"prompt_tokens":1}""")]
    [InlineData("""{"choices":[{"usage":{"prompt_tokens":1}}]}""")]
    [InlineData("""{"x":{"usage":{"prompt_tokens":1}}}""")]
    [InlineData("""{"x":"\"usage\":{\"prompt_tokens\":1}"}""")]
    [InlineData("""{"the \"usage":{"prompt_tokens":1}}""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("\"usage\":")]
    [InlineData("<html>")]
    public void Is_not_taken_from_anywhere_but_the_top_of_a_body(string body)
    {
        // An unfinished short answer gives what it holds at its top level; nothing else may.
        var expected = body.StartsWith("{\"id\"") ? new TokenUsage { Input = 1 } : default;
        Taps.AfterBody(Operations.Chat, body).Usage.ShouldBe(expected);
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(32, false)]
    public void Is_given_up_behind_dozens_of_look_alikes_whose_checks_would_take_quadratic_time(int lookAlikes, bool found)
    {
        var nested = string.Join(',', Enumerable.Repeat("\"usage\":{}", lookAlikes));
        var body = $$$"""{"padding":"{{{new string('x', 5000)}}}","usage":{"prompt_tokens":1},"a":{{{{nested}}}}}""";
        Taps.AfterBody(Operations.Chat, body).Usage.IsKnown.ShouldBe(found);
    }

    [Fact]
    public void Says_that_a_successful_answer_holds_an_error()
    {
        Taps.AfterBody(Operations.Chat, """{"error":{"message":"boom"}}""").SawError.ShouldBeTrue();
        Taps.AfterBody(Operations.Responses, """{"id":"r","error":null,"usage":{"input_tokens":1}}""").SawError.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"id":"a\/b","model":"m\u00e9"}""", "a/b", "mé")]
    [InlineData("""{"id":5,"model":""}""", null, null)]
    [InlineData("""{"id":"\ud800","model":"\q"}""", null, null)]
    public void Gives_names_as_text_or_not_at_all(string body, string? id, string? model)
    {
        var tap = Taps.AfterBody(Operations.Chat, body);
        (tap.ResponseId, tap.ResponseModel).ShouldBe((id, model));
    }
}
