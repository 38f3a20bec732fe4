using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Relay;

/// <summary>However the network cuts a stream, the client has the same bytes.</summary>
public sealed class SplitStreamTests
{
    public static TheoryData<string, string> Streams =>
    [
        .. StreamFixture.Names.Select(name => (name, "\n")),
        ("openai-chat", "\r\n"), ("anthropic-messages", "\r\n"), ("openai-completions", "\r"),
    ];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_cut_in_two_at_every_byte_stays_the_same(string name, string lineEnd)
    {
        var fixture = StreamFixture.Load(name, lineEnd);
        byte[] sent = fixture.Sent, expected = fixture.Expected;
        var cut = 0;
        var seen = new TaskCompletionSource();
        await using var rig = await RelayRig.StartAsync(fixture.Kind, async call =>
        {
            await call.BeginAsync(200, fixture.ContentType);
            await call.ChunkAsync(sent.AsMemory(0, cut));
            await seen.Task; // the first part is through: the gateway cannot have read both at once
            await call.ChunkAsync(sent.AsMemory(cut));
            await call.EndAsync();
        });
        for (cut = 1; cut < sent.Length; cut++)
        {
            var ready = fixture.ReadyAt(cut);
            seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (ready == 0) seen.SetResult();
            using var response = await rig.OpenAsync(fixture.Path, fixture.Body, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            using var read = new MemoryStream();
            var first = new byte[ready];
            await body.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
            read.Write(first);
            seen.TrySetResult();
            await body.CopyToAsync(read, TestContext.Current.CancellationToken);
            if (!read.ToArray().AsSpan().SequenceEqual(expected)) Encoding.UTF8.GetString(read.ToArray()).ShouldBe(Encoding.UTF8.GetString(expected), $"cut at {cut}");
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_of_single_bytes_stays_the_same(string name, string lineEnd)
    {
        var fixture = StreamFixture.Load(name, lineEnd);
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(fixture.Sent, 1, fixture.ContentType));
        (await rig.SendAsync(fixture.Path, fixture.Body)).Text.ShouldBe(Encoding.UTF8.GetString(fixture.Expected));
    }

    [Theory]
    [InlineData("openai-chat", "\n")]
    [InlineData("openai-chat", "\r\n")]
    [InlineData("openai-completions", "\r")]
    public async Task A_client_that_asked_for_usage_has_its_chunk(string name, string lineEnd)
    {
        var fixture = StreamFixture.Load(name, lineEnd).AskedForUsage();
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(fixture.Sent, 50));
        var answer = await rig.SendAsync(fixture.Path, fixture.Body);
        answer.Text.ShouldBe(Encoding.UTF8.GetString(fixture.Sent));
        answer.Text.ShouldContain("\"usage\":{");
    }

    [Theory]
    [InlineData("openai-chat")]
    [InlineData("openai-completions")]
    public async Task A_client_that_did_not_ask_for_usage_has_all_but_its_chunk(string name)
    {
        var fixture = StreamFixture.Load(name);
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(fixture.Sent, 5000));
        var answer = await rig.SendAsync(fixture.Path, fixture.Body);
        answer.Text.ShouldNotContain("\"usage\":{");
        answer.Text.ShouldEndWith("data: [DONE]\n\n");
        answer.Body.Length.ShouldBe(fixture.Sent.Length - fixture.Pieces[^2].Length);
    }

    [Fact]
    public async Task Usage_without_a_blank_line_at_the_end_is_withheld_as_well()
    {
        await using var rig = await RelayRig.StartAsync("openai", Stream(
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}"));
        var answer = await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true}""");
        answer.Text.ShouldBe("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        (await rig.Gateway.LogLineAsync()).GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(2);
    }

    [Theory]
    [InlineData("\n\n\n: wait\n\n\n:\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\ndata: [DONE]\n\n")] // DeepSeek while it queues
    [InlineData("\uFEFFdata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")]
    [InlineData("data\n\nodd: field\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\ndata:[DONE]\n\n")]
    public async Task Streams_that_are_odd_and_valid_pass_byte_for_byte(string stream)
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.StreamAsync(Encoding.UTF8.GetBytes(stream), 7, "text/event-stream; charset=utf-8"));
        var answer = await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true}""");
        answer.Body.ShouldBe(Encoding.UTF8.GetBytes(stream));
        answer.Headers["content-type"].ShouldBe("text/event-stream; charset=utf-8");
    }

    [Fact]
    public async Task An_event_of_three_megabytes_passes_whole()
    {
        var stream = "data: {\"choices\":[{\"delta\":{\"content\":\"" + new string('x', 3_000_000) + "\"},\"finish_reason\":\"stop\"}]}\n\n: after\n\ndata: [DONE]\n\n";
        await using var rig = await RelayRig.StartAsync("openai", call => call.StreamAsync(Encoding.UTF8.GetBytes(stream), 50_000));
        (await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true}""")).Text.ShouldBe(stream);
    }

    [Fact]
    public async Task A_usage_chunk_with_choices_is_content_and_passes()
    {
        const string stream = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n";
        await using var rig = await RelayRig.StartAsync("openai", Stream(stream));
        (await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true}""")).Text.ShouldBe(stream);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_asked_and_tells_usage_anyway_is_relayed_whole()
    {
        var fixture = StreamFixture.Load("openai-chat");
        await using var rig = await RelayRig.StartAsync("mistral", call => call.StreamAsync(fixture.Sent, 100));
        (await rig.SendAsync(fixture.Path, fixture.Body)).Body.ShouldBe(fixture.Sent);
    }

    [Fact]
    public async Task The_headers_of_a_stream_say_that_nothing_may_hold_it_back()
    {
        var fixture = StreamFixture.Load("bedrock-invoke");
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(fixture.Sent, 5000, fixture.ContentType, ("x-amzn-requestid", "r-1")));
        var answer = await rig.SendAsync(fixture.Path, fixture.Body);
        answer.Headers["content-type"].ShouldBe("text/event-stream");
        answer.Headers["cache-control"].ShouldBe("no-cache");
        answer.Headers["x-amzn-requestid"].ShouldBe("r-1");
        answer.Headers.ShouldNotContainKey("content-length");
    }

    private static Func<ProviderCall, Task> Stream(string text) => call => call.StreamAsync(Encoding.UTF8.GetBytes(text), 4000);
}
