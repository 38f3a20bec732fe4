using System.Text;
using System.Text.Json;

namespace Tollgate.Tests.Translation;

/// <summary>What was left out, as it is announced: in the header, the access log and the metrics.</summary>
public sealed class DroppedTests
{
    private const string Searched = """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"web_search_tool_result","tool_use_id":"s","content":[]},{"type":"text","text":"Halt!"}],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}""";

    private const string Lost = "calls and results of tools that the provider ran";

    [Fact]
    public async Task Of_a_whole_answer_the_header_tells_with_what_the_request_lost()
    {
        await using var rig = await TranslationRig.StartAsync(Cell.Of("anthropic"), call => call.AnswerAsync(200, Searched));
        foreach (var stream in new[] { false, true }) // a stream that the provider did not make is known whole, too
        {
            var (status, body, response) = await rig.AskAsync(Cell.OpenAI, stream, ",\"seed\":7");
            status.ShouldBe(200, body);
            response.Headers.GetValues("x-tollgate-dropped").ShouldBe(["seed, " + Lost]);
        }

        Names(await rig.Gateway.LogLineAsync(2)).ShouldBe(["seed", Lost]);
    }

    [Fact]
    public async Task Of_a_stream_the_log_and_the_metrics_tell()
    {
        await using var rig = await TranslationRig.StartAsync(Cell.Of("anthropic"), call => call.StreamAsync(Encoding.UTF8.GetBytes("""
            event: message_start
            data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Halt!"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"s","content":[]}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}}

            event: message_stop
            data: {"type":"message_stop"}


            """), 10_000));
        var (status, body, response) = await rig.AskAsync(Cell.OpenAI, stream: true, ",\"seed\":7");
        status.ShouldBe(200, body);
        ClientAnswer.Read(Cell.OpenAI, body, stream: true).Text.ShouldBe("Halt!");
        response.Headers.GetValues("x-tollgate-dropped").ShouldHaveSingleItem().ShouldStartWith("seed");
        Names(await rig.Gateway.LogLineAsync()).ShouldBe(["seed", Lost]);
        await rig.Gateway.UntilAtRestAsync();
        var page = await rig.Gateway.Admin.GetStringAsync("/metrics");
        page.ShouldContain($"tollgate_translation_dropped_total{{tollgate_member=\"{Lost}\",tollgate_provider=\"p\"}} 1");
        page.ShouldContain("tollgate_translation_dropped_total{tollgate_member=\"seed\",tollgate_provider=\"p\"} 1");
    }

    [Fact]
    public async Task Where_nothing_was_lost_nothing_is_told()
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of("anthropic"));
        var (_, _, response) = await rig.AskAsync(Cell.OpenAI);
        response.Headers.Contains("x-tollgate-dropped").ShouldBeFalse();
        (await rig.Gateway.LogLineAsync()).TryGetProperty("dropped", out _).ShouldBeFalse();
    }

    private static IEnumerable<string?> Names(JsonElement line) => line.GetProperty("dropped").EnumerateArray().Select(n => n.GetString());
}
