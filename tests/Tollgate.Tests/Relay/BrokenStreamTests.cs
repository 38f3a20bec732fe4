using System.Text;
using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Relay;

/// <summary>Streams that go wrong: the client is told in its dialect, and half an answer never looks whole.</summary>
public sealed class BrokenStreamTests
{
    private static readonly string[] EndMarks = ["[DONE]", "message_stop", "response.completed"];

    public static TheoryData<string> Streams => [.. StreamFixture.Names];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_that_ends_in_the_middle_ends_with_an_error(string name)
    {
        var fixture = StreamFixture.Load(name);
        var sent = fixture.Sent;
        var finish = Finish(fixture);
        var cut = 0;
        Func<ProviderCall, Task> end = call => call.EndAsync();
        await using var rig = await RelayRig.StartAsync(fixture.Kind, async call =>
        {
            await call.BeginAsync(200, fixture.ContentType);
            await call.ChunkAsync(sent.AsMemory(0, cut));
            await end(call);
        });
        for (cut = 1; cut < finish; cut++)
        {
            var answer = await rig.SendAsync(fixture.Path, fixture.Body);
            var ready = fixture.ReadyAt(cut);
            if (ready == 0 && answer.Status == 502)
            {
                ShouldBeError(fixture.Path, answer.Text, $"cut at {cut}");
                continue;
            }

            // Whole events, then the error. A last event that lacks nothing but its blank line may be among them.
            var at = LastEvent(answer.Text);
            Encoding.UTF8.GetString(fixture.Expected).ShouldStartWith(answer.Text[..at], customMessage: $"cut at {cut}");
            Encoding.UTF8.GetByteCount(answer.Text[..at]).ShouldBeGreaterThanOrEqualTo(ready, $"cut at {cut}");
            ShouldBeErrorEvent(fixture.Path, answer.Text[at..], $"cut at {cut}");
            foreach (var mark in EndMarks) answer.Text.ShouldNotContain(mark, customMessage: $"cut at {cut}");
        }

        // A connection that is closed or reset ends no better.
        cut = finish / 2;
        foreach (var broken in (Action<ProviderCall>[])[c => c.Close(), c => c.Reset()])
        {
            end = call =>
            {
                broken(call);
                return Task.CompletedTask;
            };
            var answer = await rig.SendAsync(fixture.Path, fixture.Body);
            if (answer.Status == 502) ShouldBeError(fixture.Path, answer.Text, "closed before anything was read");
            else ShouldBeErrorEvent(fixture.Path, answer.Text[LastEvent(answer.Text)..], "closed");
            foreach (var mark in EndMarks) answer.Text.ShouldNotContain(mark);
        }

        var lines = await rig.Gateway.LogLinesAsync();
        lines.ShouldAllBe(l => l.GetProperty("error").GetString() == "stream_interrupted");
    }

    [Theory]
    [InlineData("openai-chat", "data: [DONE]\n\n")]
    [InlineData("openai-completions", "data: [DONE]\n\n")]
    [InlineData("anthropic-messages", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")]
    [InlineData("bedrock-invoke", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")]
    public async Task An_answer_that_has_finished_and_lacks_its_end_mark_gets_it(string name, string mark)
    {
        var fixture = StreamFixture.Load(name);
        var sent = fixture.Sent.AsMemory(0, fixture.Sent.Length - fixture.Pieces[^1].Length);
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(sent, 100, fixture.ContentType));
        var answer = await rig.SendAsync(fixture.Path, fixture.Body);
        answer.Text.ShouldBe(Encoding.UTF8.GetString(fixture.Expected)[..^Encoding.UTF8.GetString(fixture.Frames[^1]).Length] + mark);
        (await rig.Gateway.LogLineAsync()).TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("openai-chat", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", "data: [DONE]\n\n")]
    [InlineData("anthropic-messages", "event: ping\ndata: {\"type\":\"ping\"}\n\n", "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")]
    public async Task A_finish_that_lacks_its_blank_line_is_not_lost(string name, string before, string finish, string mark)
    {
        var fixture = StreamFixture.Load(name);
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(Encoding.UTF8.GetBytes(before + finish), 5000));
        (await rig.SendAsync(fixture.Path, fixture.Body)).Text.ShouldBe(before + finish + "\n\n" + mark);
    }

    [Fact]
    public async Task A_finish_that_is_cut_by_its_last_brackets_is_no_finish()
    {
        const string before = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
        await using var rig = await RelayRig.StartAsync("openai", call => call.StreamAsync(Encoding.UTF8.GetBytes(before + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}"), 5000));
        var answer = await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true}""");
        answer.Text.ShouldStartWith(before);
        ShouldBeErrorEvent("/v1/chat/completions", answer.Text[before.Length..], "");
    }

    [Fact]
    public async Task A_stream_that_is_one_event_without_an_end_is_passed_on_with_an_error_behind_it()
    {
        const string only = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}";
        await using var rig = await RelayRig.StartAsync("openai", call => call.StreamAsync(Encoding.UTF8.GetBytes(only), 5000));
        var answer = await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true}""");
        answer.Text.ShouldStartWith(only + "\n\n");
        ShouldBeErrorEvent("/v1/chat/completions", answer.Text[(only.Length + 2)..], "");
    }

    [Theory]
    [InlineData("openai", "/v1/chat/completions", "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"x\":1e400}}\n\n")]
    [InlineData("openai", "/v1/responses", "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"overloaded\",\"sequence_number\":1}\n\n")]
    [InlineData("anthropic", "/v1/messages", "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n")]
    public async Task An_error_that_the_provider_sends_in_its_stream_passes_and_nothing_follows(string kind, string path, string error)
    {
        await using var rig = await RelayRig.StartAsync(kind, call => call.StreamAsync(Encoding.UTF8.GetBytes(": first\n\n" + error), 5000));
        (await rig.SendAsync(path, """{"model":"m","stream":true}""")).Text.ShouldBe(": first\n\n" + error);
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_stream_error");
    }

    [Fact]
    public async Task A_connection_that_breaks_behind_the_providers_error_adds_no_second_one()
    {
        const string error = "data: {\"error\":{\"message\":\"overloaded\"}}\n\n";
        await using var rig = await RelayRig.StartAsync("openai", async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(error);
            call.Close();
        });
        (await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true}""")).Text.ShouldBe(error);
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_stream_error");
    }

    [Theory]
    [InlineData("throttlingException", "rate_limit_error")]
    [InlineData("modelStreamErrorException", "api_error")]
    [InlineData("serviceUnavailableException", "overloaded_error")]
    public async Task An_exception_of_Bedrocks_becomes_Anthropics_error_event(string exception, string type)
    {
        var fixture = StreamFixture.Load("bedrock-invoke");
        byte[] sent = [.. fixture.Pieces[1], .. fixture.Pieces[2], .. EventStreamMessage.Exception(exception, """{"message":"Slow \"down\""}""")];
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(sent, 64, fixture.ContentType));
        var answer = await rig.SendAsync(fixture.Path, fixture.Body);
        answer.Text.ShouldStartWith(Encoding.UTF8.GetString([.. fixture.Frames[1], .. fixture.Frames[2]]));
        var error = ShouldBeErrorEvent(fixture.Path, answer.Text[LastEvent(answer.Text)..], exception);
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe(type);
        error.GetProperty("error").GetProperty("message").GetString().ShouldBe("Slow \"down\"");
        answer.Text.ShouldNotContain("message_stop");
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_stream_error");
    }

    [Theory]
    [InlineData(5000)] // good and damaged messages in one read
    [InlineData(16)]
    public async Task A_damaged_message_of_Bedrocks_ends_the_stream_with_an_error(int size)
    {
        var fixture = StreamFixture.Load("bedrock-invoke");
        var damaged = fixture.Pieces[5].ToArray();
        damaged[^9] ^= 1;
        byte[] sent = [.. fixture.Pieces[1], .. fixture.Pieces[2], .. damaged, .. fixture.Pieces[6]];
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(sent, size, fixture.ContentType));
        var answer = await rig.SendAsync(fixture.Path, fixture.Body);
        var good = Encoding.UTF8.GetString([.. fixture.Frames[1], .. fixture.Frames[2]]);
        answer.Text.ShouldStartWith(good);
        ShouldBeErrorEvent(fixture.Path, answer.Text[good.Length..], "damaged");
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("stream_interrupted");
    }

    [Fact]
    public async Task A_stream_that_is_damaged_from_the_start_is_an_error_with_a_status()
    {
        var fixture = StreamFixture.Load("bedrock-invoke");
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(Enumerable.Repeat((byte)'x', 100).ToArray(), 100, fixture.ContentType));
        var answer = await rig.SendAsync(fixture.Path, fixture.Body);
        answer.Status.ShouldBe(502);
        answer.Headers["content-type"].ShouldBe("application/json");
        ShouldBeError(fixture.Path, answer.Text, "");
    }

    /// <summary>Up to here the stream has not said why it finished.</summary>
    private static int Finish(StreamFixture fixture)
    {
        var index = Array.FindIndex(fixture.Pieces, p => IsFinish(p, fixture.Kind));
        return fixture.Pieces.Take(index).Sum(p => p.Length);
    }

    private static bool IsFinish(byte[] piece, string kind)
    {
        var text = Encoding.UTF8.GetString(piece);
        if (kind == "aws-anthropic") text = text.Contains("\"bytes\":\"", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(text.Split("\"bytes\":\"")[1].Split('"')[0])) : "";
        return text.Contains("\"finish_reason\":\"", StringComparison.Ordinal) || text.Contains("\"stop_reason\":\"", StringComparison.Ordinal) || text.Contains("response.completed", StringComparison.Ordinal);
    }

    private static int LastEvent(string text)
    {
        var at = text.TrimEnd('\n').LastIndexOf("\n\n", StringComparison.Ordinal);
        return at < 0 ? 0 : at + 2;
    }

    private static JsonElement ShouldBeErrorEvent(string path, string frame, string where)
    {
        frame.ShouldEndWith("\n\n", customMessage: where);
        var lines = frame.TrimEnd('\n').Split('\n');
        if (path != "/v1/chat/completions" && path != "/v1/completions") lines[0].ShouldBe("event: error", where);
        lines[^1].ShouldStartWith("data: ", customMessage: where);
        return ShouldBeError(path, lines[^1]["data: ".Length..], where, inStream: true);
    }

    private static JsonElement ShouldBeError(string path, string json, string where, bool inStream = false)
    {
        var error = JsonDocument.Parse(json).RootElement;
        if (path == "/v1/messages" || (path == "/v1/responses" && inStream)) error.GetProperty("type").GetString().ShouldBe("error", where);
        var holder = path == "/v1/responses" && inStream ? error : error.GetProperty("error");
        holder.GetProperty("message").GetString().ShouldNotBeNullOrEmpty(where);
        json.ShouldNotContain("127.0.0.1");
        return error;
    }
}
