using System.Diagnostics.Metrics;
using Tollgate.Telemetry;

namespace Tollgate.Metering.Ledger;

/// <summary>What the ledger looks like in metrics. Observed when somebody asks; without a ledger there is nothing to see.</summary>
internal sealed class LedgerMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly LedgerDesk _desk;

    /// <param name="desk">Where the ledger is.</param>
    /// <param name="factory">Owner of the meter; null makes one that this object owns.</param>
    public LedgerMetrics(LedgerDesk desk, IMeterFactory? factory = null)
    {
        _desk = desk;
        _meter = factory is null ? new Meter(GatewayMetrics.MeterName) : factory.Create(new MeterOptions(GatewayMetrics.MeterName));
        _meter.CreateObservableGauge("tollgate.ledger.queued", () => Of(l => l.Writer.Queued), "{line}", "Lines that wait to be written to the ledger.");
        _meter.CreateObservableGauge("tollgate.ledger.slots", () => Of(l => l.InUse), "{slot}", "Requests under way or waiting to be written, of which tollgate_ledger_capacity are possible.");
        _meter.CreateObservableGauge("tollgate.ledger.capacity", () => Of(l => l.Capacity), "{slot}", "Requests that may be under way or wait to be written.");
        _meter.CreateObservableGauge("tollgate.ledger.oldest_age", () => Of(l => (long)l.Writer.OldestAge.TotalSeconds), "s", "How long the oldest line has been waiting to be written.");
        _meter.CreateObservableCounter("tollgate.ledger.lines", () => Of(l => l.Writer.Written), "{line}", "Lines written to the ledger.");
        _meter.CreateObservableCounter("tollgate.ledger.write_failures", () => Of(l => l.Writer.Failures), "{failure}", "How often the ledger refused lines, which were then kept.");
        _meter.CreateObservableCounter("tollgate.ledger.refused", () => Of(l => l.Refused), "{request}", "Requests that were refused because the ledger had no place for them.");
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Of(Func<UsageLedger, long> value) => _desk.Ledger is { } ledger ? [new Measurement<long>(value(ledger))] : [];
}
