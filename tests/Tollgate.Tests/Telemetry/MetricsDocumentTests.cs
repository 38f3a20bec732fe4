using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Metering.Ledger;
using Tollgate.Telemetry;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Metering.Ledger;

namespace Tollgate.Tests.Telemetry;

public sealed class MetricsDocumentTests
{
    // What docs/metrics.md and the issue behind it name: what a gateway without shared counters has.
    private const int Instruments = 39;

    [Fact]
    public async Task The_document_lists_every_instrument_of_a_running_gateway_with_its_family_and_type()
    {
        using var state = new TemporaryFolder();
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers: { sim: { kind: simulator } }
            models: { m: sim }
            ledger: sqlite
            stateDir: "{{state.Path}}"
            """, services => services.AddSingleton<ILedgerStoreKind>(new MemoryLedger()));
        using var measured = new MeasurementList(gateway.Host.Services.GetRequiredService<IMeterFactory>());
        var document = await File.ReadAllTextAsync(Find("docs/metrics.md"));
        var ours = measured.Instruments.Where(i => i.Meter.Name == GatewayMetrics.MeterName).ToArray();
        ours.Length.ShouldBeGreaterThanOrEqualTo(Instruments);
        foreach (var instrument in ours)
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

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-metrics-");

        internal string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
