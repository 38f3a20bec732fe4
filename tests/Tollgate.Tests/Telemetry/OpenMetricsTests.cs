using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Tollgate.Telemetry;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Telemetry.Tracing;

namespace Tollgate.Tests.Telemetry;

/// <summary>The newer text form, for those who ask for it. Prometheus' own parser of it reads a live page in <see cref="Live.LivePrometheusTests"/>.</summary>
public sealed class OpenMetricsTests : IDisposable
{
    private readonly IMeterFactory _factory = MeasurementList.NewFactory();
    private readonly Meter _meter;
    private readonly PrometheusExporter _exporter;

    public OpenMetricsTests()
    {
        _meter = _factory.Create("test");
        _exporter = new PrometheusExporter(["test"], _factory);
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _factory.Dispose();
    }

    [Fact]
    public void Counters_have_their_ending_on_samples_alone_units_are_told_and_the_page_has_an_end()
    {
        _meter.CreateCounter<long>("a.requests", "{request}", "Requests \"so\" far.").Add(3, new KeyValuePair<string, object?>("http.method", "GET"));
        _meter.CreateCounter<double>("b.time", "s").Add(0.5);
        _meter.CreateGauge<double>("c.level", "By").Record(7);
        var histogram = _meter.CreateHistogram("d.time", "s", "Time.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 1e20] });
        histogram.Record(0.75);
        Page().ShouldBe(
            """
            # HELP a_requests Requests \"so\" far.
            # TYPE a_requests counter
            a_requests_total{http_method="GET"} 3
            # TYPE b_time_seconds counter
            # UNIT b_time_seconds seconds
            b_time_seconds_total 0.5
            # TYPE c_level_bytes gauge
            # UNIT c_level_bytes bytes
            c_level_bytes 7
            # HELP d_time_seconds Time.
            # TYPE d_time_seconds histogram
            # UNIT d_time_seconds seconds
            d_time_seconds_bucket{le="0.5"} 0
            d_time_seconds_bucket{le="1.0"} 1
            d_time_seconds_bucket{le="1E+20"} 1
            d_time_seconds_bucket{le="+Inf"} 1
            d_time_seconds_sum 0.75
            d_time_seconds_count 1
            # EOF

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_page_without_families_is_its_end() => Page().ShouldBe("# EOF\n");

    [Fact]
    public void Of_two_families_that_would_have_one_name_one_is_told()
    {
        _meter.CreateCounter<long>("a").Add(1);
        _meter.CreateGauge<long>("a").Record(2);
        Page().ShouldBe("# TYPE a gauge\na 2\n# EOF\n");
        PrometheusExporterTests.Page(_exporter).ShouldBe("# TYPE a gauge\na 2\n# TYPE a_total counter\na_total 1\n");
    }

    [Theory]
    [InlineData("", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("gibberish/;;", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text; version=2.0.0", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text; q=0, text/plain", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text; q=0.3, text/plain; q=0.9", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    public async Task A_scraper_gets_the_form_that_it_likes_best(string accept, string type)
    {
        await using var gateway = await TestGateway.StartAsync("providers: { sim: { kind: simulator } }\nmodels: { m: sim }\n");
        using var message = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        message.Headers.TryAddWithoutValidation("accept", accept);
        using var answer = await gateway.Admin.SendAsync(message, TestContext.Current.CancellationToken);
        answer.Content.Headers.GetValues("content-type").Single().ShouldBe(type);
        answer.Headers.Vary.ShouldBe(["Accept"]);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).EndsWith("\n# EOF\n", StringComparison.Ordinal).ShouldBe(type.StartsWith("application/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_recorded_trace_of_a_bucket_stands_beside_it()
    {
        var histogram = _meter.CreateHistogram("d.time", "s", null, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        KeyValuePair<string, object?>[] tags = [new("a", "b")];
        foreach (var value in (double[])[0.25, 0.75, 0.875]) histogram.Record(value, tags);
        var (first, last) = (new string('1', 32), new string('2', 32));
        _exporter.Keep("d_time_seconds", new Exemplar(first, 0.75, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250)), tags);
        _exporter.Keep("d_time_seconds", new Exemplar(last, 0.875, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500)), tags);
        _exporter.Keep("d_time_seconds", new Exemplar(first, 0.25, default), [new("a", "nobody recorded this")]);
        _exporter.Keep("nobody", new Exemplar(first, 0.25, default), tags);
        Page().ShouldContain(
            $$$"""
            d_time_seconds_bucket{a="b",le="0.5"} 1
            d_time_seconds_bucket{a="b",le="1.0"} 3 # {trace_id="{{{last}}}"} 0.875 1700000000.5
            d_time_seconds_bucket{a="b",le="+Inf"} 3
            d_time_seconds_sum{a="b"} 1.875
            """.ReplaceLineEndings("\n"));
        PrometheusExporterTests.Page(_exporter).ShouldNotContain("trace_id");
    }

    [Fact]
    public async Task A_request_whose_trace_is_recorded_leaves_its_id_and_another_leaves_none()
    {
        using var spans = new SpanRecorder();
        await using var gateway = await TestGateway.StartAsync("providers: { sim: { kind: simulator } }\nmodels: { m: sim }\n");
        const string chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";
        await gateway.PostAsync("/v1/embeddings", """{"model":"m","input":"hi"}""");
        await gateway.PostAsync("/v1/chat/completions", chat, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"));
        await gateway.PostAsync("/v1/chat/completions", chat, spans.Parent);
        await spans.RequestAsync();
        using var message = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "accept", "application/openmetrics-text" } } };
        using var answer = await gateway.Admin.SendAsync(message, TestContext.Current.CancellationToken);
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        lines.Where(line => line.Contains("trace_id", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldMatch(
            $$"""^gen_ai_server_request_duration_seconds_bucket\{gen_ai_operation_name="chat",.*\} \d+ # \{trace_id="{{spans.TraceId}}"\} [0-9.E-]+ [0-9.]+$""");
    }

    private string Page()
    {
        var output = new ArrayBufferWriter<byte>();
        _exporter.Write(output, ExpositionFormat.OpenMetrics);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
