using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Tollgate.Telemetry;
using Tollgate.Tests.Hosting;

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

    private string Page()
    {
        var output = new ArrayBufferWriter<byte>();
        _exporter.Write(output, ExpositionFormat.OpenMetrics);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
