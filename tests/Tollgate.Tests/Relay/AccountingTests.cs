using System.Text;
using System.Text.Json;
using Tollgate.Tests.Telemetry;

namespace Tollgate.Tests.Relay;

/// <summary>What the access log and the metrics say about a request is what the provider said.</summary>
public sealed class AccountingTests
{
    private const string ChatUsage = """{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":2}}""";
    private const string MessageUsage = """{"input_tokens":10,"cache_creation_input_tokens":3,"cache_read_input_tokens":2,"output_tokens":8}""";

    [Theory]
    [InlineData("openai", "/v1/chat/completions", "chat", $$"""{"id":"c","model":"said-1","choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{{ChatUsage}}}""", """{"input_tokens":11,"cached_input_tokens":4,"output_tokens":7,"reasoning_tokens":3,"audio_input_tokens":1,"audio_output_tokens":2}""")]
    [InlineData("azure-openai", "/v1/chat/completions", "chat", $$"""{"id":"c","model":"said-1","choices":[],"usage":{{ChatUsage}},"prompt_filter_results":[]}""", """{"input_tokens":11,"cached_input_tokens":4,"output_tokens":7,"reasoning_tokens":3,"audio_input_tokens":1,"audio_output_tokens":2}""")]
    [InlineData("openai", "/v1/completions", "completions", """{"id":"c","model":"said-1","choices":[{"text":"x"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}""", """{"input_tokens":5,"output_tokens":2}""")]
    [InlineData("openai", "/v1/responses", "responses", """{"id":"resp_1","model":"said-1","output":[],"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":2},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":1}}}""", """{"input_tokens":9,"cached_input_tokens":2,"output_tokens":6,"reasoning_tokens":1}""")]
    [InlineData("openai", "/v1/embeddings", "embeddings", """{"object":"list","data":[{"embedding":[0.1]}],"model":"said-1","usage":{"prompt_tokens":8,"total_tokens":8}}""", """{"input_tokens":8}""")]
    [InlineData("anthropic", "/v1/messages", "messages", $$"""{"id":"msg","model":"said-1","content":[],"stop_reason":"end_turn","usage":{{MessageUsage}}}""", """{"input_tokens":15,"cached_input_tokens":2,"cache_creation_tokens":3,"output_tokens":8}""")]
    [InlineData("gcp-anthropic", "/v1/messages", "messages", $$"""{"id":"msg","model":"said-1","usage":{{MessageUsage}}}""", """{"input_tokens":15,"cached_input_tokens":2,"cache_creation_tokens":3,"output_tokens":8}""")]
    [InlineData("aws-anthropic", "/v1/messages", "messages", $$"""{"id":"msg","model":"said-1","usage":{{MessageUsage}}}""", """{"input_tokens":15,"cached_input_tokens":2,"cache_creation_tokens":3,"output_tokens":8}""")]
    [InlineData("anthropic", "/v1/messages/count_tokens", "messages.count_tokens", """{"input_tokens":42}""", """{"input_tokens":42}""")]
    [InlineData("cohere", "/cohere/v2/rerank", "rerank", """{"id":"r","results":[{"index":0,"relevance_score":0.9}],"meta":{"billed_units":{"search_units":1.0},"tokens":{"input_tokens":12.0,"output_tokens":0.0}}}""", """{"input_tokens":12,"output_tokens":0,"search_units":1}""")]
    public async Task A_unary_answer_is_accounted_for(string kind, string path, string operation, string json, string usage)
    {
        await using var rig = await RelayRig.AnsweringAsync(kind, json, model: "served-1");
        const string body = """{"model":"asked-1","messages":[]}""";
        (await rig.SendAsync(path, body)).Text.ShouldBe(json);
        var line = await rig.Gateway.LogLineAsync();
        ShouldBeUsage(line, usage);
        line.GetProperty("operation").GetString().ShouldBe(operation);
        line.GetProperty("route").GetString().ShouldBe("*");
        line.GetProperty("provider").GetString().ShouldBe("p");
        line.GetProperty("model_asked").GetString().ShouldBe("asked-1");
        line.GetProperty("model_served").GetString().ShouldBe("served-1");
        if (json.Contains("said-1", StringComparison.Ordinal)) line.GetProperty("model_response").GetString().ShouldBe("said-1");
        else line.TryGetProperty("model_response", out _).ShouldBeFalse();
        line.GetProperty("stream").GetBoolean().ShouldBeFalse();
        line.TryGetProperty("ttft_ms", out _).ShouldBeFalse();
        line.TryGetProperty("error", out _).ShouldBeFalse();
        ShouldBeOneGoodAttempt(line, body.Length, json.Length);
    }

    [Theory]
    [InlineData("openai-chat", """{"input_tokens":11,"cached_input_tokens":4,"output_tokens":7,"reasoning_tokens":3}""")]
    [InlineData("openai-completions", """{"input_tokens":5,"output_tokens":2}""")]
    [InlineData("openai-responses", """{"input_tokens":9,"cached_input_tokens":2,"output_tokens":6,"reasoning_tokens":1}""")]
    [InlineData("anthropic-messages", """{"input_tokens":15,"cached_input_tokens":2,"cache_creation_tokens":3,"output_tokens":8}""")]
    [InlineData("bedrock-invoke", """{"input_tokens":15,"cached_input_tokens":2,"cache_creation_tokens":3,"output_tokens":8}""")]
    public async Task A_stream_is_accounted_for(string name, string usage)
    {
        var fixture = StreamFixture.Load(name);
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(fixture.Sent, 70, fixture.ContentType), model: "sent-1");
        await rig.SendAsync(fixture.Path, fixture.Body);
        var line = await rig.Gateway.LogLineAsync();
        ShouldBeUsage(line, usage);
        line.GetProperty("model_asked").GetString().ShouldBe("m");
        line.GetProperty("model_served").GetString().ShouldBe("sent-1");
        line.GetProperty("model_response").GetString().ShouldBe("served-1");
        line.GetProperty("stream").GetBoolean().ShouldBeTrue();
        var first = line.GetProperty("ttft_ms").GetDouble();
        first.ShouldBeGreaterThan(0);
        first.ShouldBeLessThanOrEqualTo(line.GetProperty("duration_ms").GetDouble());
        line.GetProperty("provider_ms").GetDouble().ShouldBeLessThanOrEqualTo(first);
        ShouldBeOneGoodAttempt(line, fixture.Body.Length, fixture.Expected.Length);
    }

    [Fact]
    public async Task Usage_of_a_stream_whose_client_left_is_what_had_come_by_then()
    {
        var fixture = StreamFixture.Load("anthropic-messages");
        await using var rig = await RelayRig.StartAsync("anthropic", async call =>
        {
            await call.BeginAsync(200, fixture.ContentType);
            await call.ChunkAsync(fixture.Pieces[0]);
            await call.ClosedAsync();
        });
        using var leave = new CancellationTokenSource();
        using var response = await rig.OpenAsync(fixture.Path, fixture.Body, leave.Token);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[fixture.Frames[0].Length], TestContext.Current.CancellationToken);
        var next = body.ReadAsync(new byte[1], leave.Token).AsTask();
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => next);
        var line = await rig.Gateway.LogLineAsync();
        ShouldBeUsage(line, """{"input_tokens":15,"cached_input_tokens":2,"cache_creation_tokens":3,"output_tokens":1}""");
        line.GetProperty("error").GetString().ShouldBe("client_left");
        line.TryGetProperty("ttft_ms", out _).ShouldBeFalse();
        line.GetProperty("bytes_out").GetInt64().ShouldBe(fixture.Frames[0].Length);
    }

    [Theory]
    [InlineData("openai-chat", "chat", "openai", 11, 7)]
    [InlineData("openai-responses", "responses", "openai", 9, 6)]
    [InlineData("anthropic-messages", "messages", "anthropic", 15, 8)]
    [InlineData("bedrock-invoke", "messages", "aws.anthropic", 15, 8)]
    public async Task Metrics_have_the_same_figures_under_the_right_labels(string name, string operation, string provider, double input, double output)
    {
        var fixture = StreamFixture.Load(name);
        await using var rig = await RelayRig.StartAsync(fixture.Kind, call => call.StreamAsync(fixture.Sent, 5000, fixture.ContentType), model: "sent-1");
        await rig.SendAsync(fixture.Path, fixture.Body);
        var page = await MetricsAsync(rig);
        (string, string)[] labels =
        [
            ("gen_ai_operation_name", operation), ("gen_ai_provider_name", provider), ("gen_ai_original_model", "m"),
            ("gen_ai_request_model", "sent-1"), ("gen_ai_response_model", "served-1"),
        ];
        page.Value("gen_ai_client_token_usage_sum", [.. labels, ("gen_ai_token_type", "input")]).ShouldBe(input);
        page.Value("gen_ai_client_token_usage_sum", [.. labels, ("gen_ai_token_type", "output")]).ShouldBe(output);
        page.Value("gen_ai_server_request_duration_seconds_count", labels).ShouldBe(1);
        page.Value("gen_ai_server_time_to_first_token_seconds_count", labels).ShouldBe(1);
        page.Value("gen_ai_server_time_per_output_token_seconds_count", labels).ShouldBe(1);
        page.Value("tollgate_requests_total", ("gen_ai_operation_name", operation), ("tollgate_provider", "p"), ("tollgate_status_class", "2xx")).ShouldBe(1);
    }

    [Fact]
    public async Task Metrics_of_a_unary_answer_have_no_time_to_first_token_and_a_failure_has_its_type()
    {
        var status = 200;
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(status, """{"model":"said-1","usage":{"prompt_tokens":1,"completion_tokens":2}}"""));
        await rig.SendAsync("/v1/chat/completions", """{"model":"m"}""");
        status = 500;
        await rig.SendAsync("/v1/chat/completions", """{"model":"m"}""");
        var page = await MetricsAsync(rig, 2);
        page.Samples.ShouldNotContain(s => s.Name == "gen_ai_server_time_to_first_token_seconds_count");
        page.Value("gen_ai_server_request_duration_seconds_count", ("gen_ai_response_model", "said-1")).ShouldBe(1);
        page.Value("gen_ai_server_request_duration_seconds_count", ("error_type", "provider_error"), ("gen_ai_response_model", "_unknown")).ShouldBe(1);
        page.Value("tollgate_requests_total", ("tollgate_status_class", "5xx")).ShouldBe(1);
    }

    private static async Task<ExpositionPage> MetricsAsync(RelayRig rig, int requests = 1)
    {
        await rig.Gateway.LogLineAsync(requests);
        while (true)
        {
            // The line is written just before the figures.
            var page = ExpositionPage.Read(await rig.Gateway.Admin.GetByteArrayAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));
            if (page.Samples.Where(s => s.Name == "gen_ai_server_request_duration_seconds_count").Sum(s => s.Value) >= requests) return page;
        }
    }

    private static void ShouldBeUsage(JsonElement line, string expected)
    {
        var members = line.GetProperty("usage").EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetDouble());
        members.ShouldBe(JsonDocument.Parse(Encoding.UTF8.GetBytes(expected)).RootElement.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetDouble()), ignoreOrder: true);
    }

    private static void ShouldBeOneGoodAttempt(JsonElement line, int bytesIn, int bytesOut)
    {
        line.GetProperty("status").GetInt32().ShouldBe(200);
        line.GetProperty("provider_status").GetInt32().ShouldBe(200);
        line.GetProperty("attempts").GetInt32().ShouldBe(1);
        line.GetProperty("bytes_in").GetInt64().ShouldBe(bytesIn);
        line.GetProperty("bytes_out").GetInt64().ShouldBe(bytesOut);
    }
}
