using System.Diagnostics.Metrics;
using Tollgate.Telemetry;

namespace Tollgate.Keys;

/// <summary>Whether the store of keys can be asked. Observed when somebody asks; without a store there is nothing to see.</summary>
internal sealed class KeyStoreMetrics : IDisposable
{
    private readonly Meter _meter;

    /// <param name="room">Who has the store.</param>
    /// <param name="ring">Who knows whether it answered.</param>
    /// <param name="factory">Owner of the meter; null makes one that this object owns.</param>
    public KeyStoreMetrics(KeyRoom room, KeyRing ring, IMeterFactory? factory = null)
    {
        _meter = factory is null ? new Meter(GatewayMetrics.MeterName) : factory.Create(new MeterOptions(GatewayMetrics.MeterName));
        _meter.CreateObservableGauge<long>("tollgate.key_store.up", () => room.IsOpen ? [new(ring.IsStale ? 0 : 1)] : [], null, "1 while the store of keys could be read when it was last asked, else 0.");
    }

    public void Dispose() => _meter.Dispose();
}
