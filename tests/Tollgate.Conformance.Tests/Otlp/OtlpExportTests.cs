using System.Text;
using System.Text.Json;
using Tollgate.Tests.Cli;

namespace Tollgate.Conformance.Tests.Otlp;

/// <summary>The command tells a collector what happened, where the standard variables say so.</summary>
public sealed class OtlpExportTests : IDisposable
{
    private const string Body = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Error = """{"error":{"message":"no","type":"server_error","param":null,"code":null}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-otlp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_stream_that_another_provider_had_to_answer_is_told_of_in_spans_metrics_and_logs()
    {
        await using var collector = await Collector.StartAsync();
        var line = await RunAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-collector-key=secret",
            ["OTEL_SERVICE_NAME"] = "edge",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        });
        collector.Paths.Order().ShouldBe(["/v1/logs", "/v1/metrics", "/v1/traces"]);
        collector.Keys.ShouldAllBe(k => k == "secret");
        var told = await collector.ToldAsync();
        told.Resources.ShouldAllBe(r => r["service.name"] == "edge" && r["deployment.environment.name"] == "test" && r["service.version"].Length > 0);
        ShouldTellTheTrace(told, line);
        ShouldTellTheMetrics(told);

        // The attempt that failed is a message for the operator, in the same trace.
        var message = told.Logs.Single(l => l.Text("severityText") == "Warning" && l.One("body").Value.Contains("another attempt", StringComparison.Ordinal));
        message.Hex("traceId").ShouldBe(line.GetProperty("trace_id").GetString());
        message.One("body").Value.ShouldContain(line.GetProperty("request_id").GetString()!);
        ShouldTellTheLine(told, line);
    }

    [Fact]
    public async Task The_same_goes_over_grpc()
    {
        await using var collector = await Collector.StartAsync();
        var line = await RunAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.GrpcUrl, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc" });
        collector.Paths.Order().ShouldBe(["/v1/logs", "/v1/metrics", "/v1/traces"]);
        var told = await collector.ToldAsync();
        ShouldTellTheTrace(told, line);
        ShouldTellTheMetrics(told);
        ShouldTellTheLine(told, line);
    }

    [Fact]
    public async Task A_signal_can_be_had_alone_and_in_the_other_convention()
    {
        await using var collector = await Collector.StartAsync();
        await RunAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = collector.Url + "/v1/traces",
            ["TOLLGATE_TRACING_SEMCONV"] = "openinference",
        });
        collector.Paths.ShouldBe(["/v1/traces"]);
        var told = await collector.ToldAsync();
        told.Resources.ShouldAllBe(r => r["service.name"] == "tollgate");
        told.Spans.Select(s => s.Attributes["openinference.span.kind"]).Order().ShouldBe(["CHAIN", "LLM", "LLM"]);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_TRACES_SAMPLER", "always_off")]
    public async Task Nothing_is_traced_when_a_variable_forbids_it(string variable, string value)
    {
        await using var collector = await Collector.StartAsync();
        var line = await RunAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url, [variable] = value });
        collector.Paths.ShouldNotContain("/v1/traces");
        line.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task A_collector_that_is_down_costs_a_line_in_the_log_and_nothing_else()
    {
        using var nobody = HeldPort.Take();
        var url = $"http://127.0.0.1:{nobody.Number}";
        var line = await RunAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = url, ["OTEL_BSP_SCHEDULE_DELAY"] = "10" }, async run =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (!run.Errors.Contains("Telemetry is not arriving", StringComparison.Ordinal)) await Task.Delay(20, limit.Token);
        });
        line.GetProperty("status").GetInt32().ShouldBe(200);
    }

    [Fact]
    public async Task A_variable_with_a_value_that_means_nothing_stops_the_start()
    {
        await using var run = CommandRun.Start(_folder.FullName, new Dictionary<string, string> { ["OTEL_TRACES_EXPORTER"] = "zipkin" }, "run");
        (await run.EndAsync()).ShouldBe(1);
        run.Errors.ShouldContain("OTEL_TRACES_EXPORTER: 'zipkin'");
        run.Errors.ShouldContain("write otlp or none");
    }

    private static void ShouldTellTheTrace(Told told, JsonElement line)
    {
        var request = told.Spans.Single(s => s.Text("kind") == "SPAN_KIND_SERVER");
        var attempts = told.Spans.Where(s => s.Text("kind") == "SPAN_KIND_CLIENT").OrderBy(s => s.Attributes["tollgate.attempt"], StringComparer.Ordinal).ToArray();
        attempts.Select(s => s.Text("name")).ShouldBe(["chat m", "chat m"]);
        attempts.ShouldAllBe(s => s.Hex("parentSpanId") == request.Hex("spanId") && s.Hex("traceId") == request.Hex("traceId"));
        request.Hex("traceId").ShouldBe(line.GetProperty("trace_id").GetString());
        request.Attributes["tollgate.request.id"].ShouldBe(line.GetProperty("request_id").GetString());
        attempts[0].Attributes["error.type"].ShouldBe("429");
        attempts[0].One("status").Text("code").ShouldBe("STATUS_CODE_ERROR");
        attempts[0].Attributes.ShouldNotContainKey("gen_ai.usage.output_tokens");
        var usage = line.GetProperty("usage");
        attempts[1].Attributes["gen_ai.usage.input_tokens"].ShouldBe(usage.GetProperty("input_tokens").ToString());
        attempts[1].Attributes["gen_ai.usage.output_tokens"].ShouldBe(usage.GetProperty("output_tokens").ToString());
        attempts[1].Attributes["gen_ai.response.finish_reasons"].ShouldBe("[stop]");
    }

    /// <summary>The line of the access log is a log record with its members as attributes.</summary>
    private static void ShouldTellTheLine(Told told, JsonElement line)
    {
        var record = told.Logs.Single(l => l.Attributes.ContainsKey("usage.output_tokens"));
        record.Hex("traceId").ShouldBe(line.GetProperty("trace_id").GetString());
        var attributes = record.Attributes;
        attributes["request_id"].ShouldBe(line.GetProperty("request_id").GetString());
        attributes["usage.output_tokens"].ShouldBe("5");
        attributes["status"].ShouldBe("200");
        attributes["stream"].ShouldBe("true");
        attributes["failed_attempts"].ShouldContain("429");
        record.One("body").Value.ShouldStartWith("POST /v1/chat/completions 200 in ");
    }

    private static void ShouldTellTheMetrics(Told told)
    {
        told.Metrics.Last(m => m.Text("name") == "gen_ai.server.request.duration").Text("unit").ShouldBe("s");
        var point = told.Histogram("gen_ai.server.request.duration").ShouldHaveSingleItem();
        point.Text("count").ShouldBe("1");
        point.Attributes["gen_ai.request.model"].ShouldBe("m");
        told.Histogram("gen_ai.client.token.usage").Single(p => p.Attributes["gen_ai.token.type"] == "output").Number("sum").ShouldBe(5);
        told.Metrics.Select(m => m.Text("name")).ShouldContain("tollgate.requests");
        told.Metrics.Select(m => m.Text("name")).ShouldContain("dotnet.process.cpu.time");
    }

    /// <summary>One request through the command; gives its line of the access log when the command has ended.</summary>
    private async Task<JsonElement> RunAsync(Dictionary<string, string> environment, Func<CommandRun, Task>? then = null)
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(429, Error));
        await using var second = new ScriptedProvider(c => c.StreamAsync(Stream(), 50));
        var file = Path.Combine(_folder.FullName, "tollgate.yaml");
        await File.WriteAllTextAsync(file,
            $$"""
            listen: 127.0.0.1:0
            admin: 127.0.0.1:0
            providers:
              one: { kind: openai, url: "{{first.Url}}/v1", key: k }
              two: { kind: openai, url: "{{second.Url}}/v1", key: k }
            models: { m: [{ provider: one }, { provider: two, priority: 1 }] }
            """);
        await using var run = CommandRun.Start(_folder.FullName, environment, "run", file);
        var address = await run.LineAsync("Listening on ");
        using var client = new HttpClient();
        using var answer = await client.PostAsync(address + "/v1/chat/completions", new StringContent(Body, Encoding.UTF8, "application/json"));
        (await answer.Content.ReadAsStringAsync()).ShouldEndWith("data: [DONE]\n\n");
        if (then is not null) await then(run);
        await run.SignalAsync("TERM");
        (await run.EndAsync()).ShouldBe(0);
        return JsonDocument.Parse(run.Output.Split('\n').Single(l => l.StartsWith("{\"time\"", StringComparison.Ordinal))).RootElement;
    }

    private static byte[] Stream() =>
    [
        .. "data: {\"id\":\"chatcmpl-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"ok\"},\"finish_reason\":null}]}\n\n"u8,
        .. "data: {\"id\":\"chatcmpl-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"u8,
        .. "data: {\"id\":\"chatcmpl-1\",\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":13,\"completion_tokens\":5,\"total_tokens\":18}}\n\n"u8,
        .. "data: [DONE]\n\n"u8,
    ];
}
