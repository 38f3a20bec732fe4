using System.Diagnostics.Metrics;
using Tollgate.Limits;
using Tollgate.Limits.Local;
using Tollgate.Routing.Health;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

public sealed class MetricsDocumentTests
{
    [Fact]
    public void The_document_lists_every_instrument_with_its_family_and_type()
    {
        using var factory = MeasurementList.NewFactory();
        using var measured = new MeasurementList(factory);
        using var metrics = new GatewayMetrics(factory);
        using var backends = new BackendMetrics(new StateShelf(TimeProvider.System, () => 0), factory);
        using var limits = new LimitMetrics(new CounterStores(new LocalCounterStore(TimeProvider.System), null), factory);
        var document = File.ReadAllText(Find("docs/metrics.md"));
        measured.Instruments.Count.ShouldBe(24);
        foreach (var instrument in measured.Instruments)
        {
            var shape = MetricShape.Of(instrument).ShouldNotBeNull();
            document.ShouldContain($"| `{instrument.Name}` | `{shape.Name}` | {shape.Type} |");
        }
    }

    /// <summary>A file of the repository, found from where the tests run.</summary>
    internal static string Find(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx"))) folder = folder.Parent;
        return Path.Combine(folder.ShouldNotBeNull("the tests run outside the repository").FullName, path);
    }
}
