using System.Text;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

/// <summary>Requests of one kind find their series together; nobody who listens may notice.</summary>
public sealed class RequestSeriesTests
{
    private static readonly string[] Observed = ["tollgate.requests", "tollgate.attempts", "tollgate.cost"];
    private static readonly string?[] Names = [null, "one", "two", "ona", new string('x', 300)];

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    [InlineData(987654321)]
    public void What_was_recorded_before_changes_nothing_of_what_is_recorded_now(int seed)
    {
        var random = new Random(seed);
        using var factory = MeasurementList.NewFactory();
        using var measured = new MeasurementList(factory);
        using var metrics = new GatewayMetrics(factory);
        var totals = new SortedDictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < 300; i++)
        {
            var record = Next(random);
            var alone = Alone(record, totals);
            var before = measured.Count;
            metrics.Record(record);
            measured.Since(before).Select(Show).ShouldBe(alone, $"record {i} of seed {seed}");
        }

        Totals(measured).ShouldBe(totals);
    }

    [Fact]
    public void Every_listener_is_told_once_and_one_that_comes_later_of_what_comes_later()
    {
        using var factory = MeasurementList.NewFactory();
        using var exporter = new PrometheusExporter([GatewayMetrics.MeterName], factory);
        using var metrics = new GatewayMetrics(factory);
        metrics.Record(Chat());
        using var other = new PrometheusExporter([GatewayMetrics.MeterName], factory);
        metrics.Record(Chat());
        using (var listener = new MeasurementList(factory))
        {
            metrics.Record(Chat());
            listener.Of("gen_ai.client.token.usage").Select(one => one.Value).ShouldBe([5, 3]);
            listener.Of("gen_ai.server.request.duration").ShouldHaveSingleItem().Value.ShouldBe(2);
        }

        metrics.Record(Chat());
        foreach (var (page, requests) in ((ExpositionPage, int)[])[(Read(exporter), 4), (Read(other), 3)])
        {
            page.Value("gen_ai_client_token_usage_sum", ("gen_ai_token_type", "input")).ShouldBe(5 * requests);
            page.Value("gen_ai_client_token_usage_count", ("gen_ai_token_type", "output")).ShouldBe(requests);
            page.Value("gen_ai_server_request_duration_seconds_count").ShouldBe(requests);
            page.Value("gen_ai_server_time_to_first_token_seconds_count").ShouldBe(requests);
            page.Value("gen_ai_server_time_per_output_token_seconds_sum").ShouldBe(0.5 * requests);
        }
    }

    [Fact]
    public void An_exporter_that_takes_the_place_of_another_counts_from_its_own_beginning()
    {
        using var factory = MeasurementList.NewFactory();
        using var metrics = new GatewayMetrics(factory);
        using (new PrometheusExporter([GatewayMetrics.MeterName], factory)) metrics.Record(Chat());
        metrics.Record(Chat());
        using var second = new PrometheusExporter([GatewayMetrics.MeterName], factory);
        metrics.Record(Chat());
        Read(second).Value("gen_ai_server_request_duration_seconds_count").ShouldBe(1);
    }

    [Fact]
    public void Kinds_beyond_the_bounds_are_recorded_all_the_same()
    {
        using var factory = MeasurementList.NewFactory();
        using var exporter = new PrometheusExporter([GatewayMetrics.MeterName], factory, maxSeries: 10);
        using var metrics = new GatewayMetrics(factory);
        const int kinds = PrometheusExporter.DefaultMaxSeries + 300;
        for (var i = 0; i < 2 * kinds; i++)
        {
            var record = Chat();
            record.AskedModel = $"m{i % kinds}";
            metrics.Record(record);
        }

        var page = Read(exporter);
        page.Value("gen_ai_server_request_duration_seconds_count", ("gen_ai_original_model", "m3")).ShouldBe(2);
        page.Value("gen_ai_server_request_duration_seconds_count", ("otel_metric_overflow", "true")).ShouldBe(2 * (kinds - 10));
        page.Value("tollgate_requests_total").ShouldBe(2 * kinds);
    }

    [Fact]
    public void Kinds_are_kept_up_to_a_bound()
    {
        var known = new KnownRequests(new LabelValues(), most: 2);
        foreach (var model in (string[])["a", "b"]) Of(known, model).ShouldBeSameAs(Of(known, model));
        var kept = Of(known, "a");
        for (var i = 0; i < 1000; i++) Of(known, $"m{i}");
        Of(known, "a").ShouldBeSameAs(kept);
        var passing = Of(known, "m0");
        for (var i = 0; i < 1000; i++) Of(known, $"m{i}");
        Of(known, "m0").ShouldNotBeSameAs(passing);
    }

    [Fact]
    public void Labels_that_their_owner_changes_later_are_other_labels()
    {
        using var factory = MeasurementList.NewFactory();
        using var measured = new MeasurementList(factory);
        using var metrics = new GatewayMetrics(factory);
        var labels = new KeyValuePair<string, string?>[] { new("team", "red") };
        var record = Chat();
        record.Labels = labels;
        metrics.Record(record);
        labels[0] = new("team", "blue");
        metrics.Record(record);
        measured.Of("gen_ai.server.request.duration").Select(one => one.Tags["team"]).ShouldBe(["red", "blue"]);
    }

    private static RequestSeries Of(KnownRequests known, string model)
    {
        var record = Chat();
        record.AskedModel = model;
        return known.Of(RequestKind.Of(record));
    }

    /// <summary>What instruments that never saw another request are told; adds what is observed to the totals.</summary>
    private static string[] Alone(RequestRecord record, SortedDictionary<string, double> totals)
    {
        using var factory = MeasurementList.NewFactory();
        using var measured = new MeasurementList(factory);
        using var metrics = new GatewayMetrics(factory);
        metrics.Record(record);
        string[] told = [.. measured.Since(0).Select(Show)];
        foreach (var (name, value) in Totals(measured)) totals[name] = totals.GetValueOrDefault(name) + value;
        return told;
    }

    private static SortedDictionary<string, double> Totals(MeasurementList measured) =>
        new(Observed.SelectMany(measured.Observe).ToDictionary(one => Show(one with { Value = 0 }), one => one.Value), StringComparer.Ordinal);

    private static string Show(TakenMeasurement one) =>
        FormattableString.Invariant($"{one.Instrument} {one.Value} ") + string.Join(' ', one.Tags.Select(tag => $"{tag.Key}={tag.Value}"));

    private static RequestRecord Next(Random random)
    {
        string? Name() => Names[random.Next(Names.Length)];
        var record = new RequestRecord
        {
            Operation = random.Next(5) switch { 0 => null, 1 => Operations.Embeddings, _ => Operations.Chat },
            Route = random.Next(4) == 0 ? null : "m",
            Provider = Name(),
            ProviderMetricName = random.Next(2) == 0 ? "openai" : "anthropic",
            AskedModel = Name(),
            ServedModel = Name(),
            ResponseModel = Name(),
            Stream = random.Next(2) == 0,
            Status = random.Next(8) * 100,
            ProviderStatus = random.Next(3) switch { 0 => 200, 1 => 503, _ => 429 },
            Attempts = random.Next(3),
            ErrorCode = random.Next(3) switch { 0 => Name(), 1 => "client_left", _ => null },
            Usage = new TokenUsage { Input = random.Next(3), Output = random.Next(3), Reasoning = random.Next(2) == 0 ? null : 7 },
            Cost = random.Next(2) == 0 ? null : 0.5m,
            IsUnpriced = random.Next(2) == 0,
            Labels = random.Next(2) == 0 ? null : [new("team", Name()?[..3])],
            TimeToFirstToken = TimeSpan.FromSeconds(1),
            Duration = TimeSpan.FromSeconds(2),
        };
        if (random.Next(3) == 0) record.AddFailedAttempt(new AttemptRecord("gone", Name(), 503, Name(), TimeSpan.Zero, new TokenUsage { Output = 2 }) { Cost = 0.25m });
        return record;
    }

    private static RequestRecord Chat() => new()
    {
        Operation = Operations.Chat,
        Route = "m",
        AskedModel = "m",
        Stream = true,
        Status = 200,
        Usage = new TokenUsage { Input = 5, Output = 3 },
        TimeToFirstToken = TimeSpan.FromSeconds(1),
        Duration = TimeSpan.FromSeconds(2),
    };

    private static ExpositionPage Read(PrometheusExporter exporter) => ExpositionPage.Read(Encoding.UTF8.GetBytes(PrometheusExporterTests.Page(exporter)));
}
