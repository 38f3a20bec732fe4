using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly IMeterFactory factory = MeasurementList.NewFactory();
    private readonly Meter meter;
    private readonly PrometheusExporter exporter;

    public PrometheusExporterTests()
    {
        meter = factory.Create("test");
        exporter = new PrometheusExporter(["test", GatewayMetrics.MeterName], factory, maxSeries: 20);
    }

    public void Dispose()
    {
        exporter.Dispose();
        factory.Dispose();
    }

    [Fact]
    public void Writes_each_kind_of_instrument_as_prometheus_spells_it()
    {
        meter.CreateCounter<long>("a.requests", "{request}", "Requests.").Add(3, new KeyValuePair<string, object?>("http.method", "GET"));
        var upDown = meter.CreateUpDownCounter<int>("b.active");
        upDown.Add(5);
        upDown.Add(-2);
        var gauge = meter.CreateGauge<double>("c.level", "By", "Level\nof \\ it.");
        gauge.Record(7);
        gauge.Record(0.25);
        var histogram = meter.CreateHistogram("d.time", "s", "Time.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        histogram.Record(0.5);
        histogram.Record(0.75);
        histogram.Record(9);

        Page().ShouldBe(
            """
            # HELP a_requests_total Requests.
            # TYPE a_requests_total counter
            a_requests_total{http_method="GET"} 3
            # TYPE b_active gauge
            b_active 3
            # HELP c_level_bytes Level\nof \\ it.
            # TYPE c_level_bytes gauge
            c_level_bytes 0.25
            # HELP d_time_seconds Time.
            # TYPE d_time_seconds histogram
            d_time_seconds_bucket{le="0.5"} 1
            d_time_seconds_bucket{le="1"} 2
            d_time_seconds_bucket{le="+Inf"} 3
            d_time_seconds_sum 10.25
            d_time_seconds_count 3

            """.ReplaceLineEndings("\n"));
        Read().Samples.Count.ShouldBe(8);
    }

    [Fact]
    public void Names_the_gateways_families_as_dashboards_of_the_field_ask_for_them()
    {
        using var metrics = new GatewayMetrics(factory);
        metrics.ConfigLoaded(1);
        metrics.Record(new RequestRecord
        {
            Operation = Operations.Chat,
            Route = "m",
            AskedModel = "m",
            Stream = true,
            Status = 200,
            Usage = new TokenUsage { Input = 5, Output = 3 },
            TimeToFirstToken = TimeSpan.FromSeconds(1),
            Duration = TimeSpan.FromSeconds(2),
        });

        Read().TypeOf.ShouldBe(
            new Dictionary<string, string>
            {
                ["gen_ai_client_token_usage"] = "histogram",
                ["gen_ai_server_request_duration_seconds"] = "histogram",
                ["gen_ai_server_time_per_output_token_seconds"] = "histogram",
                ["gen_ai_server_time_to_first_token_seconds"] = "histogram",
                ["tollgate_access_log_dropped_total"] = "counter",
                ["tollgate_config_generation"] = "gauge",
                ["tollgate_config_reloads_total"] = "counter",
                ["tollgate_requests_active"] = "gauge",
                ["tollgate_requests_total"] = "counter",
            },
            ignoreOrder: true);
        Read().Value("gen_ai_client_token_usage_sum", ("gen_ai_token_type", "input")).ShouldBe(5);
        Read().Value("gen_ai_client_token_usage_bucket", ("gen_ai_token_type", "output"), ("le", "4")).ShouldBe(1);
        Read().Value("tollgate_config_reloads_total", ("result", "ok")).ShouldBe(1);
    }

    [Theory]
    [InlineData("quote \" here")]
    [InlineData("back\\slash \\n")]
    [InlineData("two\nlines")]
    [InlineData("} 1\nforged_metric 2")]
    [InlineData("模型,={}")]
    [InlineData("")]
    public void A_label_value_comes_back_as_it_was(string value)
    {
        meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("model", value));
        Read().Samples.ShouldHaveSingleItem().Labels["model"].ShouldBe(value);
    }

    [Fact]
    public void The_order_of_tags_makes_no_second_series_and_colliding_names_share_a_label()
    {
        var counter = meter.CreateCounter<long>("c");
        KeyValuePair<string, object?> a = new("a", 1), b = new("b.c", "x"), c = new("b_c", "y");
        counter.Add(1, a, b);
        counter.Add(1, b, a);
        counter.Add(1, b, c);
        Read().Samples.Select(sample => (sample.Series, sample.Value)).ShouldBe([("a=1,b_c=x", 2), ("b_c=x;y", 1)]);
    }

    [Fact]
    public void Label_sets_beyond_the_limit_are_counted_together_and_known_ones_go_on()
    {
        var counter = meter.CreateCounter<long>("c");
        for (var i = 0; i < 100; i++) counter.Add(1, new KeyValuePair<string, object?>("model", $"m{i}"));
        counter.Add(1, new KeyValuePair<string, object?>("model", "m0"));

        var page = Read();
        page.Samples.Count.ShouldBe(21);
        page.Value("c_total", ("otel_metric_overflow", "true")).ShouldBe(80);
        page.Value("c_total", ("model", "m0")).ShouldBe(2);
    }

    [Fact]
    public void An_observed_series_that_is_gone_is_reported_no_more()
    {
        string[] rooms = ["red", "blue"];
        meter.CreateObservableGauge("o", () => rooms.Select(room => new Measurement<int>(room.Length, new KeyValuePair<string, object?>("room", room))));
        Read().Samples.Count.ShouldBe(2);
        rooms = ["blue"];
        Read().Samples.ShouldHaveSingleItem().Labels["room"].ShouldBe("blue");
        rooms = [];
        Read().TypeOf.ShouldBeEmpty();
    }

    [Fact]
    public void An_observed_total_is_reported_as_it_stands_and_not_added_up()
    {
        meter.CreateObservableCounter("o", () => 5L);
        Read();
        Read().Value("o_total").ShouldBe(5);
    }

    [Fact]
    public void A_callback_that_fails_takes_nothing_else_with_it()
    {
        meter.CreateObservableGauge("bad", new Func<int>(() => throw new InvalidOperationException("no")));
        meter.CreateObservableGauge("good", () => 1);
        Read().TypeOf.Keys.ShouldBe(["good"]);
    }

    [Fact]
    public void Two_instruments_of_one_name_share_a_family_and_another_kind_is_left_out()
    {
        using var other = factory.Create(new MeterOptions("test") { Version = "2" });
        meter.CreateCounter<long>("c").Add(1);
        other.CreateCounter<int>("c").Add(2);
        other.CreateUpDownCounter<int>("c.total").Add(9);
        Read().Samples.ShouldHaveSingleItem().Value.ShouldBe(3);
    }

    [Fact]
    public void Infinite_and_absent_numbers_are_spelled_as_prometheus_does()
    {
        var gauge = meter.CreateGauge<double>("g");
        foreach (var value in (double[])[double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1e300])
        {
            gauge.Record(value);
            Read().Value("g").ShouldBe(value);
        }

        var histogram = meter.CreateHistogram<double>("h");
        histogram.Record(double.NaN);
        histogram.Record(2);
        Read().Value("h_sum").ShouldBe(2);
    }

    [Fact]
    public void Meters_that_were_not_named_or_belong_to_another_gateway_are_not_heard()
    {
        using var another = MeasurementList.NewFactory();
        another.Create("test").CreateCounter<long>("theirs").Add(1);
        factory.Create("other").CreateCounter<long>("unnamed").Add(1);
        Page().ShouldBe("");
    }

    [Fact]
    public void Shows_the_runtime_when_asked_to()
    {
        using var runtime = new PrometheusExporter(PrometheusExporter.DefaultMeters, factory);
        var page = Read(runtime);
        page.TypeOf.ShouldContainKeyAndValue("dotnet_process_cpu_time_seconds_total", "counter");
        page.TypeOf.ShouldContainKeyAndValue("dotnet_gc_collections_total", "counter");
        page.Value("dotnet_thread_pool_thread_count_total").ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public void Prometheus_own_parser_takes_the_page()
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        if (promtool is null) Assert.Skip("promtool is not on PATH; it comes with Prometheus");
        using var all = new PrometheusExporter(PrometheusExporter.DefaultMeters.Append("test"), factory);
        using var metrics = new GatewayMetrics(factory);
        metrics.Record(new RequestRecord { Operation = Operations.Chat, Route = "m", AskedModel = "a\"b\\c\nd", Status = 200, Usage = new TokenUsage { Input = 5 } });

        using var process = Process.Start(new ProcessStartInfo(promtool, "check metrics") { RedirectStandardInput = true, RedirectStandardError = true })!;
        process.StandardInput.Write(Page(all));
        process.StandardInput.Close();
        var complaints = process.StandardError.ReadToEnd();
        process.WaitForExit();
        // 1 is a parse error; 3 is a matter of style, such as a unit that the linter does not know.
        process.ExitCode.ShouldBeOneOf([0, 3], complaints);
    }

    internal static string Page(PrometheusExporter exporter)
    {
        var output = new ArrayBufferWriter<byte>();
        exporter.Write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static ExpositionPage Read(PrometheusExporter exporter) => ExpositionPage.Read(Encoding.UTF8.GetBytes(Page(exporter)));

    private string Page() => Page(exporter);

    private ExpositionPage Read() => Read(exporter);
}
