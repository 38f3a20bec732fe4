using System.Diagnostics.Metrics;
using Tollgate.Telemetry;

namespace Tollgate.Epoll.Loops;

/// <summary>
/// Whether the loops get on, in the gateway's meter. What blocks on a loop takes no thread of the pool, so the pool's figures do not show
/// it. Observed when somebody asks: the loops only count.
/// </summary>
internal static class LoopMetrics
{
    /// <summary>Makes the instruments, which live as long as the owner of the meter.</summary>
    internal static void Show(LoopGroup loops, IMeterFactory owner)
    {
        var meter = owner.Create(new MeterOptions(GatewayMetrics.MeterName));
        meter.CreateObservableCounter("tollgate.loops.takeovers", () => loops.Takeovers, "{takeover}", "How often another thread went on polling sockets because the one before did not come back.");
        meter.CreateObservableGauge("tollgate.loops.active", () => loops.Active, "{loop}", "Loops among which connections are divided: as few as get on.");
        meter.CreateObservableGauge("tollgate.loops.threads", () => loops.Threads, "{thread}", "Threads that poll sockets, or wait to take over.");
    }
}
