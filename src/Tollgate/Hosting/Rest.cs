using Microsoft.Extensions.Hosting;
using Tollgate.Telemetry;

namespace Tollgate.Hosting;

/// <summary>
/// Gives memory back to the system when the gateway has nothing to do after it had much: the collector by itself only runs when something is
/// allocated, so that what a burst took would stay taken through the night. For the command alone: an application that the gateway is a part of
/// decides for itself.
/// </summary>
internal sealed class Rest(GatewayMetrics metrics, TimeProvider time) : BackgroundService
{
    /// <summary>How long nothing may have happened.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(6.5);

    /// <summary>What must have been allocated since the last time: 16 MiB.</summary>
    internal const long Worth = 16L << 20;

    /// <summary>What a gateway allocates in a pause in which nobody calls: timers, probes, scrapes. 1 MiB.</summary>
    internal const long Stir = 1L << 20;

    private long _collected;
    private long _before;
    private bool _isAgainWorthIt;

    /// <summary>Bytes allocated so far. Set by tests.</summary>
    internal Func<long> Allocated { get; init; } = static () => GC.GetTotalAllocatedBytes();

    /// <summary>Gives memory back. Set by tests.</summary>
    internal Action Collect { get; init; } = static () =>
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Look();
        }
        catch (OperationCanceledException)
        {
            // Stopping; also when the host could not be started, where whoever waits for this would take it for a failure of its own.
        }
    }

    /// <summary>Called after every pause.</summary>
    internal void Look()
    {
        var allocated = Allocated();
        var isQuiet = metrics.ActiveRequests == 0 && allocated - _before < Stir;
        _before = allocated;
        if (!isQuiet || (allocated - _collected < Worth && !_isAgainWorthIt)) return;
        _isAgainWorthIt = allocated - _collected >= Worth; // pools, which wait as long for somebody to need what they keep, may only now let go of it
        Collect();
        _collected = Allocated();
    }
}
