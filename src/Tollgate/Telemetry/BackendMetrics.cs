using System.Diagnostics.Metrics;
using Tollgate.Routing.Health;

namespace Tollgate.Telemetry;

/// <summary>What the state of providers and backends looks like in metrics. Observed when somebody asks, so that requests pay nothing.</summary>
internal sealed class BackendMetrics : IDisposable
{
    private readonly Meter _meter;

    /// <param name="shelf">Where the state is.</param>
    /// <param name="factory">Owner of the meter; null makes one that this object owns.</param>
    public BackendMetrics(StateShelf shelf, IMeterFactory? factory = null)
    {
        _meter = factory is null ? new Meter(GatewayMetrics.MeterName) : factory.Create(new MeterOptions(GatewayMetrics.MeterName));
        _meter.CreateObservableGauge("tollgate.backend.available", () => Of(shelf, b => b.Look() == Standing.Free ? 1 : 0), "{backend}", "1 while a backend may be asked, 0 while it is left alone.");
        _meter.CreateObservableUpDownCounter("tollgate.backend.in_flight", () => Of(shelf, b => b.InFlight), "{attempt}", "Attempts under way.");
        _meter.CreateObservableCounter("tollgate.backend.ejections", () => Of(shelf, b => b.Circuit.Ejections + b.Key.Circuit.Ejections), "{ejection}", "How often a backend or its key was left alone after failing.");
        _meter.CreateObservableUpDownCounter("tollgate.provider.queued", () => Limited(shelf, p => p.Gate.Queued), "{request}", "Requests that wait for a place at a provider with maxConcurrent.");
        _meter.CreateObservableUpDownCounter("tollgate.provider.under_way", () => Limited(shelf, p => p.Gate.Inside), "{attempt}", "Attempts that hold a place at a provider with maxConcurrent.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Of(StateShelf shelf, Func<BackendState, long> value) => shelf.Backends.Select(b => new Measurement<long>(
        value(b),
        new KeyValuePair<string, object?>("tollgate.provider", b.Provider),
        new KeyValuePair<string, object?>("tollgate.backend.model", b.Model),
        new KeyValuePair<string, object?>("tollgate.backend.key", b.Key.Name)));

    private static IEnumerable<Measurement<long>> Limited(StateShelf shelf, Func<ProviderState, long> value) => shelf.Providers
        .Where(p => p.Gate.IsLimited)
        .Select(p => new Measurement<long>(value(p), new KeyValuePair<string, object?>("tollgate.provider", p.Name)));
}
