using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class OtherTapTests
{
    [Theory]
    [InlineData("response.output_text.delta", """{"type":"response.output_text.delta","delta":"Hi"}""", FrameKind.Content)]
    [InlineData("response.function_call_arguments.delta", """{"type":"response.function_call_arguments.delta","delta":"{"}""", FrameKind.Content)]
    [InlineData("response.output_item.done", """{"sequence_number":3,"type":"response.output_item.done","item":{}}""", FrameKind.Content)]
    [InlineData("response.image_generation_call.partial_image", """{"type":"response.image_generation_call.partial_image"}""", FrameKind.Content)]
    [InlineData("response.in_progress", """{"type":"response.in_progress"}""", FrameKind.Other)]
    [InlineData("response.output_item.added", """{"type":"response.output_item.added"}""", FrameKind.Other)]
    [InlineData("error", """{"type":"error","code":"x","message":"boom"}""", FrameKind.Error)]
    [InlineData("response.completed", """{"type":"response.completed","response":{}}""", FrameKind.End)]
    [InlineData("response.output_text.delta", """{"type":"response.output_text.delta","del""", FrameKind.Unreadable)]
    public void Tells_what_a_frame_of_responses_is(string name, string data, FrameKind kind)
    {
        UsageTap.Create(Operations.Responses).Named(name, data).ShouldBe(kind);
        UsageTap.Create(Operations.Responses).Data(data).ShouldBe(kind);
    }

    [Theory]
    [InlineData("completed", false, "")]
    [InlineData("incomplete", false, ""","user":null,"metadata":{"usage":"mine"}""")]
    [InlineData("failed", true, ""","error":{"code":"server_error"}""")]
    public void Reads_usage_from_each_of_the_last_events_of_responses(string last, bool error, string rest)
    {
        foreach (var after in new[] { "", ""","sequence_number":9""", ""","extra":{"usage":1}""" })
        {
            var tap = UsageTap.Create(Operations.Responses);
            tap.Named("response.created", """{"type":"response.created","response":{"id":"resp_1","object":"response","model":"m-1","usage":null}}""").ShouldBe(FrameKind.Other);
            (tap.ResponseId, tap.ResponseModel, tap.SawFinish).ShouldBe(("resp_1", "m-1", false));
            tap.Named(
                "response." + last,
                $$$"""{"type":"response.{{{last}}}","response":{"id":"resp_1","output":[{"usage":{"input_tokens":77}}],"usage":{"input_tokens":20,"output_tokens":6}{{{rest}}}}{{{after}}}}""").ShouldBe(FrameKind.End);

            (tap.SawEnd, tap.SawFinish, tap.SawError).ShouldBe((true, true, error));
            tap.Usage.ShouldBe(new TokenUsage { Input = 20, Output = 6 });
        }
    }

    [Fact]
    public void Takes_the_names_of_responses_from_the_last_event_when_the_first_was_lost()
    {
        var tap = UsageTap.Create(Operations.Responses);
        tap.Data("""{"type":"response.completed","response":{"id":"resp_1","model":"m-1"}}""");
        (tap.ResponseId, tap.ResponseModel).ShouldBe(("resp_1", "m-1"));
    }

    [Fact]
    public void Counts_images_in_an_answer_that_is_kept()
    {
        var tap = Taps.AfterBody(
            Operations.ImageGenerations,
            """{"created":1,"data":[{"url":"https://x/1"},{"b64_json":"eA==","revised_prompt":"],{"}],"usage":{"input_tokens":5,"output_tokens":100,"total_tokens":105,"input_tokens_details":{"text_tokens":5,"image_tokens":0}}}""");
        tap.Usage.ShouldBe(new TokenUsage { Input = 5, Output = 100, ImageInput = 0, Images = 2 });
    }

    [Theory]
    [InlineData("images.generations")]
    [InlineData("images.edits")]
    [InlineData("images.variations")]
    public void Reads_usage_behind_an_image_too_large_to_keep_and_does_not_guess_the_count(string operation)
    {
        var tap = Taps.AfterBody(Operations.Find(operation)!, $$$"""{"created":1,"data":[{"b64_json":"{{{new string('A', 300_000)}}}"}],"usage":{"input_tokens":5,"output_tokens":100}}""", 8192);
        tap.Usage.ShouldBe(new TokenUsage { Input = 5, Output = 100 });
    }

    [Fact]
    public void Counts_streamed_images()
    {
        var tap = UsageTap.Create(Operations.ImageGenerations);
        tap.Named("image_generation.partial_image", """{"type":"image_generation.partial_image","b64_json":"eA=="}""").ShouldBe(FrameKind.Content);
        (tap.Usage.IsKnown, tap.SawEnd).ShouldBe((false, false));
        tap.Data("""{"b64_json":"eA==","type":"image_generation.completed","usage":{"input_tokens":5,"output_tokens":100}}""").ShouldBe(FrameKind.Content);
        tap.Named("error", """{"type":"error"}""").ShouldBe(FrameKind.Error);
        (tap.Usage, tap.SawEnd).ShouldBe((new TokenUsage { Input = 5, Output = 100, Images = 1 }, true));
    }

    [Fact]
    public void Reads_streamed_transcriptions_and_speech()
    {
        var text = UsageTap.Create(Operations.Transcriptions);
        text.Data("""{"type":"transcript.text.delta","delta":"Hi"}""").ShouldBe(FrameKind.Content);
        text.Data("""{"type":"transcript.text.done","text":"Hi","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"audio_tokens":14},"output_tokens":3}}""").ShouldBe(FrameKind.End);
        text.Usage.ShouldBe(new TokenUsage { Input = 14, AudioInput = 14, Output = 3 });

        var speech = UsageTap.Create(Operations.Speech);
        speech.Data("""{"type":"speech.audio.delta","audio":"eA=="}""").ShouldBe(FrameKind.Content);
        speech.Data("""{"type":"speech.audio.done","usage":{"input_tokens":4,"output_tokens":40,"total_tokens":44}}""").ShouldBe(FrameKind.End);
        speech.Usage.ShouldBe(new TokenUsage { Input = 4, Output = 40 });
        (speech.SawContent, speech.SawFinish, speech.SawEnd).ShouldBe((true, true, true));
    }

    [Theory]
    [InlineData("audio.speech")]
    [InlineData("audio.transcriptions")]
    [InlineData("images.generations")]
    [InlineData("responses")]
    [InlineData("messages")]
    public void An_error_in_a_stream_is_one_whether_it_says_its_name_or_not(string operation)
    {
        var tap = UsageTap.Create(Operations.Find(operation)!);
        tap.Data("""{"delta":"an error","error":null}""").ShouldNotBe(FrameKind.Error);
        tap.SawError.ShouldBeFalse();
        tap.Data("""{"error":{"message":"overloaded","type":"server_error"}}""").ShouldBe(FrameKind.Error);
        tap.SawError.ShouldBeTrue();
    }

    [Fact]
    public void Finds_no_usage_in_sound()
        => Taps.AfterBody(Operations.Speech, "ID3\u0004\0{\"usage\":{\"input_tokens\":5}}\0\u0001").Usage.IsKnown.ShouldBeFalse();

    [Theory]
    [InlineData(3)]
    [InlineData(9_000)]
    public void Reads_what_a_rerank_is_billed(int results)
    {
        var list = string.Join(',', Enumerable.Range(0, results).Select(i => $$"""{"index":{{i}},"relevance_score":0.5}"""));
        var tap = Taps.AfterBody(
            Operations.Rerank,
            $$$$"""{"id":"r-1","results":[{{{{list}}}}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":2.0},"tokens":{"input_tokens":120.0,"output_tokens":0.0}}}""");
        tap.Usage.ShouldBe(new TokenUsage { SearchUnits = 2, Input = 120, Output = 0 });
        tap.ResponseId.ShouldBe("r-1");
    }

    [Theory]
    [InlineData("messages.count_tokens", """{"input_tokens":14}""")]
    [InlineData("responses.input_tokens", """{"object":"response.input_tokens","input_tokens":14}""")]
    public void Reads_counted_tokens(string operation, string body)
        => Taps.AfterBody(Operations.Find(operation)!, body).Usage.ShouldBe(new TokenUsage { Input = 14 });

    [Fact]
    public void Names_the_model_of_a_moderation()
        => Taps.AfterBody(Operations.Moderations, """{"id":"modr-1","model":"omni","results":[{"flagged":false}]}""").ResponseModel.ShouldBe("omni");

    [Theory]
    [InlineData("forward")]
    [InlineData("messages.forward")]
    [InlineData("responses.stored")]
    [InlineData("realtime")]
    public void Bills_nothing_for_operations_that_run_no_model_of_their_own(string operation)
    {
        var tap = Taps.AfterBody(Operations.Find(operation)!, """{"id":"x","model":"m","usage":{"prompt_tokens":5,"input_tokens":5}}""");
        tap.Usage.IsKnown.ShouldBeFalse();
        tap.Data("{}").ShouldBe(FrameKind.Content);
        tap.Frame(": ping\n\n").ShouldBe(FrameKind.Other);
        tap.Named("error", "{}").ShouldBe(FrameKind.Error);
        tap.Data("[DONE]").ShouldBe(FrameKind.End);
    }
}
