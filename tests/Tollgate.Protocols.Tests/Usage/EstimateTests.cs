using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

/// <summary>What a stream's content is worth when nobody says how many tokens it had.</summary>
public sealed class EstimateTests
{
    [Fact]
    public void Counts_a_token_for_every_frame_of_a_chat_at_least()
    {
        var tap = UsageTap.Create(Operations.Chat);
        for (var i = 0; i < 7; i++) tap.Frame(Chunk("a"));

        tap.EstimatedOutput.ShouldBe(7);
    }

    [Fact]
    public void Counts_four_bytes_as_a_token_where_frames_hold_more()
    {
        var tap = UsageTap.Create(Operations.Chat);
        tap.Frame(Chunk(new string('x', 400)));
        tap.Frame(Chunk(new string('x', 400)));

        tap.EstimatedOutput.ShouldBe(200);
    }

    [Fact]
    public void Reads_along_with_messages_and_responses_and_completions()
    {
        var messages = UsageTap.Create(Operations.Messages);
        messages.Named("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{new string('x', 400)}}}"}}""");
        messages.EstimatedOutput.ShouldBeInRange(99, 101);

        var responses = UsageTap.Create(Operations.Responses);
        responses.Named("response.output_text.delta", """{"type":"response.output_text.delta","delta":"a"}""");
        responses.Named("response.output_text.delta", """{"type":"response.output_text.delta","delta":"b"}""");
        responses.Named("response.output_text.done", """{"type":"response.output_text.done","text":"ab"}""");
        responses.EstimatedOutput.ShouldBe(2);

        var completions = UsageTap.Create(Operations.Completions);
        completions.Frame("data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"text\":\"12345678\",\"index\":0,\"finish_reason\":null}]}\n\n");
        completions.EstimatedOutput.ShouldBe(2);
    }

    [Fact]
    public void Forgets_with_the_rest()
    {
        var tap = UsageTap.Create(Operations.Chat);
        tap.Frame(Chunk("a"));

        tap.Reset();

        tap.EstimatedOutput.ShouldBe(0);
    }

    private static string Chunk(string text) => $$$"""data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}""" + "\n\n";
}
