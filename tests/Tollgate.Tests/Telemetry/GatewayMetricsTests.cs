using System.Diagnostics.Metrics;
using Tollgate.Protocols.Tests;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

public sealed class GatewayMetricsTests : IDisposable
{
    private readonly IMeterFactory factory = MeasurementList.NewFactory();
    private readonly MeasurementList measured;
    private readonly GatewayMetrics metrics;

    public GatewayMetricsTests()
    {
        measured = new MeasurementList(factory);
        metrics = new GatewayMetrics(factory);
    }

    public void Dispose()
    {
        measured.Dispose();
        metrics.Dispose();
        factory.Dispose();
    }

    [Fact]
    public void Records_each_type_of_token_that_is_known()
    {
        metrics.Record(Chat());
        measured.Of("gen_ai.client.token.usage").Select(one => ((string)one.Tags["gen_ai.token.type"]!, one.Value)).ShouldBe(
            [("input", 100), ("output", 21), ("cached_input", 40), ("cache_creation_input", 0), ("reasoning", 5)], ignoreOrder: true);
    }

    [Fact]
    public void Records_no_tokens_when_the_provider_did_not_say()
    {
        var record = Chat();
        record.Usage = new TokenUsage { Output = 3 };
        metrics.Record(record);
        measured.Of("gen_ai.client.token.usage").ShouldHaveSingleItem().Tags["gen_ai.token.type"].ShouldBe("output");
    }

    [Fact]
    public void Names_operation_provider_and_the_three_models()
    {
        metrics.Record(Chat());
        measured.Of("gen_ai.server.request.duration").ShouldHaveSingleItem().Tags.ShouldBe(
            new Dictionary<string, object?>
            {
                ["gen_ai.operation.name"] = "chat",
                ["gen_ai.provider.name"] = "azure.openai",
                ["gen_ai.original.model"] = "asked",
                ["gen_ai.request.model"] = "served",
                ["gen_ai.response.model"] = "answered",
            },
            ignoreOrder: true);
    }

    [Fact]
    public void Times_a_stream_by_its_first_token_and_by_the_tokens_after_it()
    {
        metrics.Record(Chat());
        measured.Of("gen_ai.server.request.duration")[0].Value.ShouldBe(2.5);
        measured.Of("gen_ai.server.time_to_first_token").ShouldHaveSingleItem().Value.ShouldBe(0.5);
        measured.Of("gen_ai.server.time_per_output_token").ShouldHaveSingleItem().Value.ShouldBe(0.1, 1e-9);
    }

    [Fact]
    public void Times_no_tokens_of_an_answer_that_was_not_streamed()
    {
        var record = Chat();
        record.Stream = false;
        metrics.Record(record);
        measured.Of("gen_ai.server.time_to_first_token").ShouldBeEmpty();
        measured.Of("gen_ai.server.time_per_output_token").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(1L)]
    public void Has_no_time_per_token_when_none_followed_the_first(long? output)
    {
        var record = Chat();
        record.Usage = new TokenUsage { Output = output };
        metrics.Record(record);
        measured.Of("gen_ai.server.time_to_first_token").Count.ShouldBe(1);
        measured.Of("gen_ai.server.time_per_output_token").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("provider_timeout", 504, "provider_timeout")]
    [InlineData("stream_interrupted", 200, "stream_interrupted")]
    [InlineData(null, 500, "_OTHER")]
    public void A_failure_carries_its_error_type(string? code, int status, string expected)
    {
        var record = Chat();
        (record.ErrorCode, record.Status) = (code, status);
        metrics.Record(record);
        measured.Of("gen_ai.server.request.duration")[0].Tags["error.type"].ShouldBe(expected);
    }

    [Fact]
    public void A_model_name_that_matched_no_route_is_not_repeated()
    {
        var record = new RequestRecord { Operation = Operations.Chat, AskedModel = "made-up", ServedModel = "made-up", ResponseModel = "made-up", Status = 404, ErrorCode = "model_not_found" };
        metrics.Record(record);
        var tags = measured.Of("gen_ai.server.request.duration")[0].Tags;
        foreach (var name in (string[])["gen_ai.original.model", "gen_ai.request.model", "gen_ai.response.model", "gen_ai.provider.name"]) tags[name].ShouldBe("_unknown");
    }

    [Fact]
    public void A_name_too_long_for_a_label_is_not_repeated()
    {
        var record = Chat();
        record.AskedModel = new string('x', 257);
        metrics.Record(record);
        measured.Of("gen_ai.server.request.duration")[0].Tags["gen_ai.original.model"].ShouldBe("_unknown");
    }

    [Theory]
    [InlineData(null, "served", "served")]
    [InlineData(null, null, "asked")]
    [InlineData("provider_timeout", "served", "_unknown")]
    public void An_answer_that_names_no_model_came_from_the_one_that_was_asked(string? error, string? served, string expected)
    {
        var record = Chat();
        (record.ResponseModel, record.ServedModel, record.ErrorCode) = (null, served, error);
        metrics.Record(record);
        measured.Of("gen_ai.server.request.duration")[0].Tags["gen_ai.response.model"].ShouldBe(expected);
    }

    [Fact]
    public void A_request_without_an_operation_is_counted_but_is_no_generative_ai_call()
    {
        metrics.Record(new RequestRecord { Status = 404, ErrorCode = "not_found" });
        measured.Of("gen_ai.server.request.duration").ShouldBeEmpty();
        measured.Observe("tollgate.requests").ShouldHaveSingleItem().Tags.ShouldBe(
            new Dictionary<string, object?> { ["gen_ai.operation.name"] = "_unknown", ["tollgate.provider"] = "_unknown", ["tollgate.status_class"] = "4xx" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData(200, "2xx")]
    [InlineData(499, "4xx")]
    [InlineData(503, "5xx")]
    [InlineData(0, "_unknown")]
    [InlineData(999, "_unknown")]
    public void Counts_requests_by_class_of_status(int status, string expected)
    {
        var record = Chat();
        record.Status = status;
        metrics.Record(record);
        var counted = measured.Observe("tollgate.requests").ShouldHaveSingleItem();
        counted.Tags["tollgate.status_class"].ShouldBe(expected);
        counted.Tags["tollgate.provider"].ShouldBe("my-azure");
    }

    [Fact]
    public void Shows_how_many_requests_are_being_served()
    {
        metrics.RequestStarted();
        metrics.RequestStarted();
        metrics.RequestEnded();
        measured.Observe("tollgate.requests.active").ShouldHaveSingleItem().Value.ShouldBe(1);
        metrics.ActiveRequests.ShouldBe(1);
    }

    [Fact]
    public void Shows_the_configuration_in_force_and_how_reading_it_went()
    {
        metrics.ConfigLoaded(1);
        metrics.ConfigLoaded(2);
        metrics.ConfigRejected();
        measured.Observe("tollgate.config.generation").ShouldHaveSingleItem().Value.ShouldBe(2);
        measured.Observe("tollgate.config.reloads").Select(one => (one.Tags["result"], one.Value)).ShouldBe([("ok", 2), ("failed", 1)]);
    }

    [Fact]
    public void Counts_lost_lines_of_the_access_log_from_zero()
    {
        measured.Observe("tollgate.access_log.dropped").ShouldHaveSingleItem().Value.ShouldBe(0);
        metrics.AccessLogDropped(3);
        measured.Observe("tollgate.access_log.dropped").ShouldHaveSingleItem().Value.ShouldBe(3);
    }

    [Fact]
    public void Advises_the_buckets_that_the_dashboards_of_the_field_expect()
    {
        Bounds<long>("gen_ai.client.token.usage").ShouldBe(Enumerable.Range(0, 14).Select(power => 1L << (2 * power)));
        Bounds<double>("gen_ai.server.request.duration").ShouldBe(Enumerable.Range(0, 14).Select(power => Math.Round(0.01 * (1 << power), 2)));
        Bounds<double>("gen_ai.server.time_to_first_token").ShouldBe([0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60]);
        Bounds<double>("gen_ai.server.time_per_output_token").ShouldBe([0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]);
    }

    [Fact]
    public void Recording_allocates_nothing_while_an_exporter_listens()
    {
        using var owner = MeasurementList.NewFactory();
        using var exporter = new PrometheusExporter([GatewayMetrics.MeterName], owner);
        using var exported = new GatewayMetrics(owner);
        var record = Chat();
        record.ErrorCode = "provider_timeout";
        for (var i = 0; i < 100; i++) exported.Record(record);

        Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) exported.Record(record);
        }).ShouldBeLessThan(1000);
    }

    private IReadOnlyList<T> Bounds<T>(string name) where T : struct =>
        ((Histogram<T>)measured.Instruments.Single(one => one.Name == name)).Advice!.HistogramBucketBoundaries!;

    private static RequestRecord Chat() => new()
    {
        Operation = Operations.Chat,
        Route = "asked",
        Provider = "my-azure",
        ProviderMetricName = "azure.openai",
        AskedModel = "asked",
        ServedModel = "served",
        ResponseModel = "answered",
        Stream = true,
        Status = 200,
        Usage = new TokenUsage { Input = 100, CachedInput = 40, CacheCreation = 0, Output = 21, Reasoning = 5 },
        TimeToFirstToken = TimeSpan.FromSeconds(0.5),
        Duration = TimeSpan.FromSeconds(2.5),
    };
}
