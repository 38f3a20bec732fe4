using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Tests;

/// <summary>Faults that leave a stream well-formed as HTTP, and refusals that gateways know by their words.</summary>
public sealed class StreamFaultTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("openai", "[DONE]")]
    [InlineData("anthropic", "message_stop")]
    [InlineData("bedrock", "messageStop")]
    [InlineData("gemini", "STOP")]
    public async Task End_after_closes_in_the_middle_as_if_that_were_all(string dialect, string mark)
    {
        var text = await StreamAsync(dialect, "end-after-5");
        text.ShouldNotBeEmpty();
        text.ShouldNotContain(mark);
    }

    [Theory]
    [InlineData("openai", "[DONE]", "\"finish_reason\":\"stop\"")]
    [InlineData("anthropic", "message_stop", "end_turn")]
    public async Task Unended_leaves_out_the_mark_and_nothing_else(string dialect, string mark, string kept)
    {
        var text = await StreamAsync(dialect, "unended");
        text.ShouldNotContain(mark);
        text.ShouldContain(kept);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task Garble_sends_one_event_that_is_no_json_and_then_goes_on(string dialect)
    {
        var text = await StreamAsync(dialect, "garble-after-5");
        var events = text.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).ToArray();
        events.Count(static line => !IsJson(line[6..])).ShouldBe(1);
        IsJson(events[^1][6..]).ShouldBeTrue();
    }

    [Fact]
    public async Task Late_sends_the_opening_at_once_and_the_first_token_after_its_time()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), ["127.0.0.1:0"], time, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(host.Addresses[0]) };
        using var response = await client.SendAsync(Requests.Ask("openai", "sim/late-3s", stream: true), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync())!.ShouldContain("\"role\":\"assistant\"");
        (await time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(3));
        (await reader.ReadToEndAsync()).ShouldContain("[DONE]");
    }

    [Theory]
    [InlineData("openai", "context-length", "context_length_exceeded")]
    [InlineData("anthropic", "context-length", "prompt is too long")]
    [InlineData("bedrock", "context-length", "Input is too long")]
    [InlineData("gemini", "context-length", "exceeds the maximum number of tokens")]
    [InlineData("openai", "content-filter", "content_filter")]
    [InlineData("anthropic", "content-filter", "content filtering policy")]
    public async Task A_named_refusal_comes_in_the_providers_own_words(string dialect, string knob, string words)
    {
        using var request = Requests.Ask(dialect, "m");
        request.Headers.Add("x-sim", knob);
        using var response = await simulator.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("gemini")]
    public async Task Asked_to_count_it_counts_and_goes_on_after_what_is_quoted(string dialect)
    {
        (await AnswerAsync(dialect, "Count to 5")).ShouldContain("\"w001 w002 w003 w004 w005\"");
        (await AnswerAsync(dialect, "Count to 3 with k7")).ShouldContain("\"k7w001 k7w002 k7w003\"");
        (await AnswerAsync(dialect, "Count to 5. You said: w001 w002 w003")).ShouldContain("\" w004 w005\"");
    }

    [Fact]
    public async Task Knobs_can_be_decided_call_by_call()
    {
        var calls = 0;
        var options = new SimulatorOptions { Knobs = request => request.Path == "/v1/chat/completions" && Interlocked.Increment(ref calls) == 1 ? "503" : null };
        await using var host = await SimulatorHost.StartAsync(options, ["127.0.0.1:0"], TimeProvider.System, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(host.Addresses[0]) };
        using var first = await client.SendAsync(Requests.Ask("openai", "m"));
        using var second = await client.SendAsync(Requests.Ask("openai", "m"));
        (first.StatusCode, second.StatusCode).ShouldBe((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK));
    }

    private async Task<string> AnswerAsync(string dialect, string question)
    {
        using var request = Requests.Ask(dialect, "m");
        var body = await request.Content!.ReadAsStringAsync();
        request.Content = new StringContent(body.Replace("Who goes there?", question, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        return (await simulator.Client.JsonAsync(request)).ToJsonString();
    }

    private async Task<string> StreamAsync(string dialect, string knob)
    {
        using var request = Requests.Ask(dialect, "m", stream: true);
        request.Headers.Add("x-sim", knob);
        using var response = await simulator.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }

    private static bool IsJson(string text)
    {
        try
        {
            return JsonNode.Parse(text) is not null;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
