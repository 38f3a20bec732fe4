using System.Text;
using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Metering;

/// <summary>What a request cost, through the whole gateway.</summary>
public sealed class CostTests
{
    private const string Ask = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello there"}]}""";
    private const string Answer = """{"id":"c","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,"prompt_tokens_details":{"cached_tokens":400}}}""";

    [Fact]
    public async Task An_answer_in_one_piece_tells_its_cost_in_a_header_and_in_the_log()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);

        var (_, body, response) = await gateway.PostAsync("/v1/chat/completions", Ask);

        body.ShouldBe(Answer);
        response.Headers.GetValues("x-tollgate-cost").ShouldHaveSingleItem().ShouldBe("0.00018");
        var line = await gateway.LogLineAsync();
        line.GetProperty("cost_usd").GetDecimal().ShouldBe(0.00018m);
        line.TryGetProperty("usage_estimated", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task The_metrics_add_up_the_cost_by_provider_and_model()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, "costs: [{ name: total, type: TotalToken }]");
        for (var i = 0; i < 3; i++) await gateway.PostAsync("/v1/chat/completions", Ask);

        var page = await MetricsAsync(gateway);

        page.ShouldContain("""tollgate_cost_total{gen_ai_provider_name="openai",gen_ai_request_model="gpt-4o-mini",tollgate_currency="USD",tollgate_provider="mine"} 0.00054""");
        page.ShouldContain("""tollgate_request_cost_total{gen_ai_provider_name="openai",gen_ai_request_model="gpt-4o-mini",tollgate_cost_name="total",tollgate_provider="mine"} 3300""");
        page.ShouldNotContain("tollgate_cost_unpriced_total{");
    }

    [Fact]
    public async Task The_header_can_be_left_out()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, "costReport: { header: false }");

        var (_, _, response) = await gateway.PostAsync("/v1/chat/completions", Ask);

        response.Headers.Contains("x-tollgate-cost").ShouldBeFalse();
        (await gateway.LogLineAsync()).GetProperty("cost_usd").GetDecimal().ShouldBe(0.00018m);
    }

    [Fact]
    public async Task The_usage_of_an_answer_tells_the_cost_when_that_is_switched_on()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, "costReport: { header: false, usage: true }");

        var relayed = await gateway.PostAsync("/v1/chat/completions", Ask);
        var translated = await gateway.PostAsync("/anthropic/v1/messages", """{"model":"gpt-4o-mini","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}""");

        relayed.Body.ShouldBe(Answer.Replace("\"cached_tokens\":400}}", "\"cached_tokens\":400},\"cost\":0.00018}", StringComparison.Ordinal));
        relayed.Response.Headers.Contains("x-tollgate-cost").ShouldBeFalse();
        JsonDocument.Parse(translated.Body).RootElement.GetProperty("usage").GetProperty("cost").GetDecimal().ShouldBe(0.00018m);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task The_usage_of_a_stream_tells_the_cost_when_that_is_switched_on(int piece)
    {
        const string Usage = "data: {\"id\":\"c\",\"model\":\"gpt-4o-mini\",\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}\n\n";
        var sent = Chunk("hi") + "data: {\"id\":\"c\",\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" + Usage + "data: [DONE]\n\n";
        await using var provider = new ScriptedProvider(call => call.StreamAsync(Encoding.UTF8.GetBytes(sent), piece));
        await using var gateway = await StartAsync(provider, "costReport: { usage: true }");

        var relayed = await gateway.PostAsync("/v1/chat/completions", Streamed.Insert(1, "\"stream_options\":{\"include_usage\":true},"));
        var unasked = await gateway.PostAsync("/v1/chat/completions", Streamed);
        var translated = await gateway.PostAsync("/anthropic/v1/messages", """{"model":"gpt-4o-mini","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hello"}]}""");

        relayed.Body.ShouldBe(sent.Replace("\"completion_tokens\":100}", "\"completion_tokens\":100,\"cost\":0.00021}", StringComparison.Ordinal));
        unasked.Body.ShouldBe(sent.Replace(Usage, "", StringComparison.Ordinal));
        translated.Body.ShouldContain("\"cost\":0.00021");
        (await gateway.LogLineAsync(3)).GetProperty("cost_usd").GetDecimal().ShouldBe(0.00021m);
    }

    [Fact]
    public async Task A_translated_answer_has_its_cost_too()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);

        var (status, _, response) = await gateway.PostAsync("/anthropic/v1/messages", """{"model":"gpt-4o-mini","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}""");

        status.ShouldBe(200);
        response.Headers.GetValues("x-tollgate-cost").ShouldHaveSingleItem().ShouldBe("0.00018");
    }

    [Fact]
    public async Task Without_a_known_price_there_is_no_cost_and_it_is_counted()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer.Replace("gpt-4o-mini", "house-model", StringComparison.Ordinal)));
        await using var gateway = await StartAsync(provider);

        var (_, _, response) = await gateway.PostAsync("/v1/chat/completions", Ask.Replace("gpt-4o-mini", "house-model", StringComparison.Ordinal));

        response.Headers.Contains("x-tollgate-cost").ShouldBeFalse();
        (await gateway.LogLineAsync()).TryGetProperty("cost_usd", out _).ShouldBeFalse();
        (await MetricsAsync(gateway)).ShouldContain("""gen_ai_request_model="house-model",tollgate_provider="mine"} 1""");
    }

    [Fact]
    public async Task The_price_that_a_provider_tells_counts_where_none_is_known()
    {
        var told = Answer.Replace("gpt-4o-mini", "house-model", StringComparison.Ordinal).Replace("\"total_tokens\"", "\"cost\":0.00123,\"total_tokens\"", StringComparison.Ordinal);
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, told));
        await using var gateway = await StartAsync(provider);

        await gateway.PostAsync("/v1/chat/completions", Ask);

        (await gateway.LogLineAsync()).GetProperty("cost_usd").GetDecimal().ShouldBe(0.00018m, "the model asked for has a price");
        await gateway.PostAsync("/v1/chat/completions", Ask.Replace("gpt-4o-mini", "house-model", StringComparison.Ordinal));
        (await gateway.LogLineAsync(2)).GetProperty("cost_usd").GetDecimal().ShouldBe(0.00123m);
    }

    [Fact]
    public async Task A_stream_is_priced_by_the_usage_at_its_end()
    {
        await using var provider = new ScriptedProvider(call => call.StreamAsync(Encoding.UTF8.GetBytes(
            Chunk("hi") + "data: {\"id\":\"c\",\"model\":\"gpt-4o-mini\",\"service_tier\":\"default\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"id\":\"c\",\"model\":\"gpt-4o-mini\",\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}\n\ndata: [DONE]\n\n"), 64));
        await using var gateway = await StartAsync(provider);

        var (_, body, _) = await gateway.PostAsync("/v1/chat/completions", Streamed);

        body.ShouldEndWith("data: [DONE]\n\n");
        var line = await gateway.LogLineAsync();
        line.GetProperty("cost_usd").GetDecimal().ShouldBe(0.00021m);
        line.TryGetProperty("usage_estimated", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stream_that_breaks_is_settled_with_an_estimate()
    {
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            for (var i = 0; i < 10; i++) await call.ChunkAsync(Chunk(new string('x', 40)));
            call.Close();
        });
        await using var gateway = await StartAsync(provider);

        await gateway.PostAsync("/v1/chat/completions", Streamed);

        var line = await gateway.LogLineAsync();
        line.GetProperty("error").GetString().ShouldBe("stream_interrupted");
        line.GetProperty("usage_estimated").GetBoolean().ShouldBeTrue();
        line.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(100);
        line.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(7, "the texts of the request: 11 + 4 + 11 bytes");
        line.GetProperty("cost_usd").GetDecimal().ShouldBe(((100 * 0.60m) + (7 * 0.15m)) / 1_000_000m);
    }

    [Fact]
    public async Task A_translated_stream_that_breaks_keeps_the_input_that_was_told_and_estimates_the_output()
    {
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-haiku-4-5-20251001\",\"content\":[],\"usage\":{\"input_tokens\":500,\"output_tokens\":1}}}\n\n");
            await call.ChunkAsync("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
            for (var i = 0; i < 5; i++) await call.ChunkAsync("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"12345678\"}}\n\n");
            call.Close();
        });
        await using var gateway = await TestGateway.StartAsync($$"""
            providers: { claude: { kind: anthropic, url: "{{provider.Url}}/v1", key: k } }
            models: { "*": claude }
            """);

        await gateway.PostAsync("/v1/chat/completions", """{"model":"claude-haiku-4-5","stream":true,"messages":[{"role":"user","content":"hello"}]}""");

        var line = await gateway.LogLineAsync();
        line.GetProperty("usage_estimated").GetBoolean().ShouldBeTrue();
        line.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(500);
        line.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(10);
        line.GetProperty("cost_usd").GetDecimal().ShouldBe(0.00055m);
    }

    [Fact]
    public async Task A_stream_that_never_tells_its_usage_is_estimated_too()
    {
        await using var provider = new ScriptedProvider(call => call.StreamAsync(Encoding.UTF8.GetBytes(
            Chunk("hi") + "data: {\"id\":\"c\",\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"), 64));
        await using var gateway = await StartAsync(provider);

        await gateway.PostAsync("/v1/chat/completions", Streamed);

        var line = await gateway.LogLineAsync();
        line.GetProperty("usage_estimated").GetBoolean().ShouldBeTrue();
        line.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Counting_tokens_costs_nothing_and_is_no_unpriced_request()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, """{"input_tokens":14}"""));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers: { claude: { kind: anthropic, url: "{{provider.Url}}/v1", key: k } }
            models: { "*": claude }
            """);

        var (status, _, response) = await gateway.PostAsync("/anthropic/v1/messages/count_tokens", """{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"hello"}]}""");

        status.ShouldBe(200);
        response.Headers.Contains("x-tollgate-cost").ShouldBeFalse();
        (await gateway.LogLineAsync()).TryGetProperty("cost_usd", out _).ShouldBeFalse();
        (await MetricsAsync(gateway)).ShouldNotContain("tollgate_cost_unpriced_total{");
    }

    private static string Streamed => Ask.Insert(1, "\"stream\":true,");

    private static string Chunk(string text) => $$$"""data: {"id":"c","model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}""" + "\n\n";

    private static Task<TestGateway> StartAsync(ScriptedProvider provider, string more = "") => TestGateway.StartAsync($$"""
        providers: { mine: { kind: openai, url: "{{provider.Url}}/v1", key: k } }
        models: { "*": mine }
        {{more}}
        """);

    // A request is in the metrics after its client has the answer and its line is written: none may be under way any more.
    private static async Task<string> MetricsAsync(TestGateway gateway)
    {
        await gateway.UntilAtRestAsync();
        return await gateway.Admin.GetStringAsync("/metrics");
    }
}
