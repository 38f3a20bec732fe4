using System.Diagnostics.Metrics;
using System.Text;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

/// <summary>What must hold for any measurements in any interleaving. Every page that is read is checked by <see cref="ExpositionPage"/>.</summary>
public sealed class PrometheusConcurrencyTests
{
    private const int Threads = 4;
    private const int PerThread = 5000;

    private static readonly string[] Models = ["a", "b", "c"];

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(987654321)]
    public async Task Nothing_recorded_from_several_threads_is_lost_and_each_scrape_agrees_with_itself(int seed)
    {
        using var factory = MeasurementList.NewFactory();
        using var exporter = new PrometheusExporter(["test"], factory);
        var meter = factory.Create("test");
        var counter = meter.CreateCounter<double>("c");
        var histogram = meter.CreateHistogram("h", unit: null, description: null, tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [0, 10, 100] });
        // Halves and whole numbers add up exactly in any order.
        var values = Enumerable.Range(0, Threads).Select(thread => Values(new Random(seed + thread))).ToArray();

        var recording = Task.WhenAll(values.Select(mine => Task.Factory.StartNew(
            () =>
            {
                foreach (var (model, value) in mine)
                {
                    var tag = new KeyValuePair<string, object?>("model", model);
                    counter.Add(0.5, tag);
                    histogram.Record(value, tag);
                }
            },
            TaskCreationOptions.LongRunning)));
        var before = 0.0;
        do
        {
            var count = Read(exporter).Samples.Where(sample => sample.Name == "h_count").Sum(sample => sample.Value);
            count.ShouldBeGreaterThanOrEqualTo(before);
            before = count;
        }
        while (!recording.IsCompleted);
        await recording;

        var page = Read(exporter);
        foreach (var model in Models)
        {
            var recorded = values.SelectMany(mine => mine).Where(one => one.Model == model).Select(one => one.Value).ToList();
            page.Value("c_total", ("model", model)).ShouldBe(recorded.Count / 2.0);
            page.Value("h_sum", ("model", model)).ShouldBe(recorded.Sum());
            page.Value("h_count", ("model", model)).ShouldBe(recorded.Count);
            foreach (var bound in (int[])[0, 10, 100])
            {
                page.Value("h_bucket", ("model", model), ("le", $"{bound}")).ShouldBe(recorded.Count(value => value <= bound));
            }
        }
    }

    private static (string Model, long Value)[] Values(Random random) =>
        [.. Enumerable.Range(0, PerThread).Select(_ => (Models[random.Next(Models.Length)], (long)random.Next(-5, 150)))];

    private static ExpositionPage Read(PrometheusExporter exporter) =>
        ExpositionPage.Read(Encoding.UTF8.GetBytes(PrometheusExporterTests.Page(exporter)));
}
