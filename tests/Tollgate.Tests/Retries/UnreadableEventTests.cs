using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tollgate.Tests.Authentication;
using Tollgate.Tests.Hosting;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Retries;

/// <summary>One event that nobody can read costs that event, not the stream.</summary>
public sealed class UnreadableEventTests
{
    private const string Start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c-1\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
    private const string End = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    [Theory]
    [InlineData("{\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"LOST")]
    [InlineData("{\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"LOST\"}")]
    [InlineData("{\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"LOST\"}}")]
    [InlineData("{\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"LOST\"},\"finish_reason\":null}]")]
    [InlineData("{\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"LOST}]}")]
    [InlineData("LOST")]
    [InlineData("<html>LOST</html>")]
    public async Task An_event_that_breaks_off_is_left_out_and_the_stream_goes_on(string broken)
    {
        using var log = new ListLoggerProvider();
        await using var one = Streaming(Role, Text("a"), Text("b"), Text("c"), Text("d"), $"data: {broken}\n\n", Text("e"), $"data: {broken}\n\n", Finish, Done);
        await using var gateway = await TestGateway.StartAsync($"providers: {{ one: {{ kind: openai, url: {one.Url}/v1, key: k }} }}\nmodels: {{ m: one }}\n", s => s.AddSingleton<ILoggerProvider>(log));
        (await gateway.PostAsync(Chat, Streamed)).Body.ShouldBe(Role + Text("a") + Text("b") + Text("c") + Text("d") + Text("e") + Finish + Done);
        var line = await gateway.LogLineAsync();
        line.GetProperty("skipped_events").GetInt32().ShouldBe(2);
        line.TryGetProperty("error", out _).ShouldBeFalse();
        log.Lines.Count(l => l.Contains("2 unreadable events", StringComparison.Ordinal)).ShouldBe(1);
        await gateway.UntilAtRestAsync();
        (await gateway.Admin.GetStringAsync("/metrics")).ShouldContain("tollgate_streams_skipped_events_total{tollgate_provider=\"one\"} 2");
    }

    [Theory]
    [InlineData("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"LOST")]
    [InlineData("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"LOST\"}")]
    [InlineData("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"LOST\\\"}}")]
    public async Task The_same_in_Anthropics_dialect_relayed_and_translated(string broken)
    {
        const string Good = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n";
        await using var one = Streaming(Start, Good, $"event: content_block_delta\ndata: {broken}\n\n", Good, End);
        await using var gateway = await TestGateway.StartAsync($"providers: {{ one: {{ kind: anthropic, url: {one.Url}/v1, key: k }} }}\nmodels: {{ m: [{{ provider: one, model: claude-sonnet-4-5 }}] }}\n");
        (await gateway.PostAsync("/v1/messages", """{"model":"m","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""")).Body.ShouldBe(Start + Good + Good + End);
        var (_, translated, _) = await gateway.PostAsync(Chat, Streamed);
        translated.ShouldEndWith("data: [DONE]\n\n");
        translated.ShouldNotContain("LOST");
        translated.Split("\"content\":\"x\"").Length.ShouldBe(3);
        foreach (var count in (int[])[1, 2]) (await gateway.LogLineAsync(count)).GetProperty("skipped_events").GetInt32().ShouldBe(1);
    }
}
